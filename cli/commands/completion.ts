import { examples, type Add } from '../command.ts';

const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;

export const addCompletion: Add = (program, host, _, answer) => {
  const command = program.command('completion').description('the script that lets a shell complete commands, options and ids of scenarios');
  command.addArgument(command.createArgument('<shell>').choices(SHELLS))
    .action(async (shell: string) => {
      answer((await import('../completion.ts')).printScript(shell));
    });
  examples(command, [
    ['source <(pterace completion bash)', 'bash, in ~/.bashrc'],
    ['source <(pterace completion zsh)', 'zsh, in ~/.zshrc after compinit'],
    ['pterace completion fish > ~/.config/fish/completions/pterace.fish', 'fish, once'],
  ]);
  // What the script asks at each press of the key: `pterace complete -- check dirty/b0`.
  program.command('complete', { hidden: true }).argument('[words...]').allowUnknownOption().helpOption(false)
    .action(async (words: string[]) => {
      answer(await (await import('../completion.ts')).complete(words, program, host));
    });
};
