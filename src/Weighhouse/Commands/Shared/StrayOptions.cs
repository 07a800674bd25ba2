using System.CommandLine;
using System.CommandLine.Parsing;

namespace Weighhouse.Commands.Shared;

/// <summary>
/// Finds what looks like an option and is none. Left alone it would be taken for a name: "weigh push -u" would ask for a remote called -u.
/// </summary>
internal static class StrayOptions
{
    /// <summary>The first of them before a lone "--"; null when there is none.</summary>
    public static string? FirstOf(ParseResult parsed)
    {
        var meant = MeantAsNames(parsed);
        return parsed.CommandResult.Children
            .OfType<ArgumentResult>()
            .SelectMany(static argument => argument.Tokens)
            .Select(static token => token.Value)
            .FirstOrDefault(value => LooksLikeOption(value) && !meant.Contains(value));
    }

    private static HashSet<string> MeantAsNames(ParseResult parsed) =>
        [.. parsed.Tokens.SkipWhile(static token => token.Type != TokenType.DoubleDash).Select(static token => token.Value)];

    /// <summary>A lone dash is a name for standard input, and -5 is a number.</summary>
    private static bool LooksLikeOption(string value) => value.Length > 1 && value[0] == '-' && !char.IsAsciiDigit(value[1]);
}
