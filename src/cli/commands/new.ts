/** `papertape new strategy NAME`: a strategy file and its test, ready to run. */
import { Command } from 'commander';
import type { CommandContext } from '../CommandContext.js';
import type { NewStrategyFlags } from '../writeStrategy.js';

/** See the module header. */
export function newCommand(context: CommandContext): Command {
  const strategy = new Command('strategy')
    .description('write NAME.ts and NAME.test.ts: a small strategy that trades, and a test that passes')
    .argument('<name>', 'what it is called, such as MyIdea')
    .option('--dir <folder>', 'where to write', '.')
    .option('--ci', 'write .github/workflows/strategies.yml too, which runs the tests and checks at every push')
    .action(async (name: string, flags: NewStrategyFlags) => {
      const { writeStrategy } = await import('../writeStrategy.js');
      writeStrategy(name, flags, context);
    });
  return new Command('new').description('start something of your own').addCommand(strategy);
}
