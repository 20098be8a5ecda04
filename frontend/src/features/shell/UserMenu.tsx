/** The user's menu: password, looks, the way out. */
import { CircleUser, Contrast, KeyRound, Keyboard, LogOut, MonitorX, Moon, Sun } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { useAuth } from '../../app/AuthContext.js';
import { useAction } from '../../app/TradingContext.js';
import { changeSettings, settings } from '../../stores/settings.js';
import { PasswordDialog } from './PasswordDialog.js';

/** The menu and its button. */
export function UserMenu({ onShortcuts }: { readonly onShortcuts: () => void }) {
  const auth = useAuth();
  const { theme, palette } = useStore(settings);
  const [askingPassword, setAskingPassword] = useState(false);
  const signOut = useAction(auth.signOut);
  const signOutEverywhere = useAction(auth.signOutEverywhere);
  if (auth.state.kind !== 'signedIn') return null;
  const { user } = auth.state;
  return (
    <>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger
          aria-label={`User menu of ${user.name}`}
          className="relative inline-flex size-7 items-center justify-center rounded text-muted hover:bg-hover hover:text-ink"
        >
          <CircleUser aria-hidden className="size-[18px]" />
          {!user.hasPassword && (
            <span aria-hidden className="absolute top-0.5 right-0.5 size-1.5 rounded-full bg-warn" />
          )}
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content
            align="end"
            sideOffset={4}
            className="z-40 min-w-56 rounded-md border border-line-strong bg-raised p-1"
          >
            <div className="px-2 py-1.5">
              <p className="font-medium">{user.name}</p>
              <p className="text-xs text-muted">Role: {user.role}</p>
            </div>
            <Separator />
            <Item
              icon={theme === 'dark' ? <Sun /> : <Moon />}
              onSelect={() => changeSettings({ theme: theme === 'dark' ? 'light' : 'dark' })}
            >
              {theme === 'dark' ? 'Light theme' : 'Dark theme'}
            </Item>
            <Item
              icon={<Contrast />}
              onSelect={() => changeSettings({ palette: palette === 'classic' ? 'safe' : 'classic' })}
            >
              {palette === 'classic' ? 'Blue and orange for gain and loss' : 'Green and red for gain and loss'}
            </Item>
            <Item icon={<Keyboard />} onSelect={onShortcuts}>
              Keyboard shortcuts
            </Item>
            <Separator />
            <Item icon={<KeyRound />} onSelect={() => setAskingPassword(true)}>
              {user.hasPassword ? 'Change password' : 'Set a password'}
            </Item>
            <Item icon={<LogOut />} onSelect={() => void signOut.run()}>
              Sign out
            </Item>
            <Item icon={<MonitorX />} onSelect={() => void signOutEverywhere.run()}>
              Sign out everywhere
            </Item>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      {askingPassword && <PasswordDialog hasPassword={user.hasPassword} onClose={() => setAskingPassword(false)} />}
    </>
  );
}

function Separator() {
  return <DropdownMenu.Separator className="my-1 h-px bg-line" />;
}

function Item({
  icon,
  onSelect,
  children,
}: {
  readonly icon: ReactNode;
  readonly onSelect: () => void;
  readonly children: ReactNode;
}) {
  return (
    <DropdownMenu.Item
      onSelect={onSelect}
      className="flex cursor-pointer items-center gap-2.5 rounded px-2 py-1.5 outline-none data-highlighted:bg-hover [&_svg]:size-4 [&_svg]:text-muted"
    >
      {icon}
      {children}
    </DropdownMenu.Item>
  );
}
