using System.CommandLine;
using Weighhouse.Commands.Shared;

namespace Weighhouse.Commands;

/// <summary><c>weigh completion SHELL</c>: a script that asks <c>weigh</c> itself what may follow.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        # weigh: completion for bash. Add to ~/.bashrc:  source <(weigh completion bash)
        _weigh() {
          local IFS=$'\n'
          COMPREPLY=($(compgen -W "$(weigh "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _weigh weigh
        """;

    private const string Zsh = """
        # weigh: completion for zsh. Add to ~/.zshrc:  source <(weigh completion zsh)
        _weigh() {
          local -a found
          found=("${(@f)$(weigh "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
          compadd -a found
        }
        compdef _weigh weigh
        """;

    private const string Fish = """
        # weigh: completion for fish. Save as ~/.config/fish/completions/weigh.fish
        complete -f -c weigh -a '(weigh "[suggest:"(commandline -C)"]" (commandline -cp) 2>/dev/null)'
        """;

    private const string PowerShell = """
        # weigh: completion for PowerShell. Add to $PROFILE:  weigh completion pwsh | Out-String | Invoke-Expression
        Register-ArgumentCompleter -Native -CommandName weigh -ScriptBlock {
          param($word, $ast, $cursor)
          weigh "[suggest:$cursor]" "$ast" | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
        }
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh, fish or pwsh" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        var command = new Command("completion", "Print a shell's completion script") { shell };
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(shell) switch
        {
            "bash" => Bash,
            "zsh" => Zsh,
            "fish" => Fish,
            _ => PowerShell,
        }));
        return command.WithExamples(("source <(weigh completion bash)", "complete weigh's commands with Tab in this shell"));
    }
}
