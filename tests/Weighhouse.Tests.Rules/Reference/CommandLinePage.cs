using System.CommandLine;
using System.Text;
using System.Text.RegularExpressions;
using Weighhouse.Commands;

namespace Weighhouse.Tests.Rules.Reference;

/// <summary>Every command's --help, one after another, and the exit codes.</summary>
internal static partial class CommandLinePage
{
    private const string ExitCodeSource = "src/Weighhouse/Commands/Shared/ExitCode.cs";

    public static string Write()
    {
        var page = new StringBuilder("""
            # Command line
            Written by `./build reference` from the program's own help. Standard output is data, standard error is talk. Options may
            also be given in the environment, by the name in parentheses.


            """);
        page.Append("## Exit codes\n| Code | Meaning |\n|---|---|\n");
        foreach (var (code, meaning) in ExitCodes()) page.Append($"| {code} | {meaning} |\n");
        var root = RootCommands.Create();
        AddCommands(page, root, root, []);
        return page.ToString();
    }

    private static void AddCommands(StringBuilder page, RootCommand root, Command command, string[] path)
    {
        page.Append($"\n## weigh{string.Concat(path.Select(word => " " + word))}\n```text\n{Help(root, path)}\n```\n");
        foreach (var child in command.Subcommands.Where(child => !child.Hidden)) AddCommands(page, root, child, [.. path, child.Name]);
    }

    private static string Help(RootCommand root, string[] path)
    {
        var output = new StringWriter();
        root.Parse([.. path, "--help"]).Invoke(new InvocationConfiguration { Output = output, Error = output });
        // The program is called after whatever hosts it, here the tests.
        var help = UsageName().Replace(output.ToString().ReplaceLineEndings("\n"), "  weigh");
        return string.Join('\n', help.Trim().Split('\n').Select(line => line.TrimEnd()));
    }

    /// <summary>The codes and their comments, read from the source that names them.</summary>
    private static IEnumerable<(string Code, string Meaning)> ExitCodes()
    {
        var meaning = "Done";
        foreach (var line in Repository.Read(ExitCodeSource).Split('\n'))
        {
            if (Summary().Match(line) is { Success: true } summary) meaning = summary.Groups["text"].Value;
            if (Constant().Match(line) is { Success: true } constant) yield return (constant.Groups["code"].Value, meaning);
        }
    }

    [GeneratedRegex(@"(?<=^Usage:\n)  \S+", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UsageName();

    [GeneratedRegex(@"^    /// <summary>(?<text>.*)</summary>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Summary();

    [GeneratedRegex(@"const int \w+ = (?<code>\d+);", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Constant();
}
