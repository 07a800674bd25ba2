using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Weighhouse.Commands.Shared;

/// <summary>Examples under a command's help: people read those first.</summary>
internal static class CommandExamples
{
    private static readonly Dictionary<Command, (string Line, string Why)[]> Examples = [];

    public static Command WithExamples(this Command command, params (string Line, string Why)[] examples)
    {
        Examples[command] = examples;
        return command;
    }

    /// <summary>Makes every --help of the tree end with its command's examples.</summary>
    public static void ShowIn(RootCommand root)
    {
        foreach (var option in root.Options.OfType<HelpOption>())
            option.Action = new HelpWithExamples((HelpAction)option.Action!);
    }

    private sealed class HelpWithExamples(HelpAction inner) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var code = inner.Invoke(parseResult);
            if (!Examples.TryGetValue(parseResult.CommandResult.Command, out var examples)) return code;
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var (line, why) in examples)
            {
                output.WriteLine("  # " + why);
                output.WriteLine("  " + line);
            }

            output.WriteLine();
            return code;
        }
    }
}
