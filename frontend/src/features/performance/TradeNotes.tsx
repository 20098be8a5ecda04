/** What people noted on a trade, and the place to note something; a note is never changed, the tags of the last hold. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent } from 'react';
import type { AnnotatedTrade } from '../../../../src/contracts/index.js';
import { useMay } from '../../app/AuthContext.js';
import { useAction, useApi } from '../../app/TradingContext.js';
import { Button } from '../../components/Button.js';
import { formatLocal } from '../../format/easternTime.js';
import { tagsIn } from './tagsIn.js';
import { Tags } from './tradeColumns.js';

/** The notes. */
export function TradeNotes({ trade }: { readonly trade: AnnotatedTrade }) {
  const mayTrade = useMay('trader');
  return (
    <section aria-label="Notes">
      <h3 className="mb-1 text-2xs font-medium text-faint">Notes</h3>
      <ul className="flex flex-col gap-1.5">
        {trade.notes.map(({ id, time, user, text, tags }) => (
          <li key={id} className="text-xs">
            {text !== '' && <p className="whitespace-pre-wrap">{text}</p>}
            <p className="text-2xs text-faint">
              <Tags tags={tags} /> {user}, {formatLocal(time)}
            </p>
          </li>
        ))}
      </ul>
      {mayTrade ? (
        <NoteForm trade={trade} />
      ) : (
        trade.notes.length === 0 && <p className="text-xs text-faint">Nobody has noted anything.</p>
      )}
    </section>
  );
}

function NoteForm({ trade }: { readonly trade: AnnotatedTrade }) {
  const api = useApi();
  const queries = useQueryClient();
  const [text, setText] = useState('');
  const [tags, setTags] = useState(trade.tags.join(' '));
  const words = tagsIn(tags);
  const isChanged = text.trim() !== '' || words.join(' ') !== trade.tags.join(' ');
  const save = useAction(
    async () => {
      await api.call('noteTrade', {
        params: { session: trade.sessionId, id: trade.id },
        body: { text: text.trim(), tags: words },
      });
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['trades'] }),
        queries.invalidateQueries({ queryKey: ['performance'] }),
      ]);
    },
    () => 'Noted.',
  );
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (await save.run()) setText('');
  };
  return (
    <form className="mt-1.5 flex flex-col gap-1.5" onSubmit={(event) => void submit(event)}>
      <textarea
        aria-label="Note"
        placeholder="What was the plan, and was it followed?"
        rows={2}
        maxLength={4000}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
        className="w-full rounded border border-line-strong bg-canvas px-2 py-1 text-xs text-ink placeholder:text-faint"
      />
      <div className="flex gap-1.5">
        <input
          aria-label="Tags, separated by spaces"
          placeholder="Tags, such as gap chased"
          value={tags}
          onChange={({ currentTarget }) => setTags(currentTarget.value)}
          className="h-7 min-w-0 flex-1 rounded border border-line-strong bg-canvas px-2 text-xs text-ink placeholder:text-faint"
        />
        <Button type="submit" size="small" tone="primary" disabled={!isChanged || save.pending}>
          Save note
        </Button>
      </div>
    </form>
  );
}
