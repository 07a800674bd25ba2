using System.Globalization;
using Weighhouse.Client.Serving;
using Weighhouse.Kernel;

namespace Weighhouse.Commands.Serving;

/// <summary>A route as one word: <c>MODEL[/VERSION|@ALIAS][=WEIGHT][#LABEL]</c>.</summary>
internal static class RouteText
{
    public const string Shape = "MODEL[/VERSION|@ALIAS][=WEIGHT][#LABEL]";

    public static Result<DeploymentRoute> Parse(string text)
    {
        var rest = text;
        string? label = null;
        if (Cut(ref rest, '#') is { } named) label = named;
        var weight = 1;
        if (Cut(ref rest, '=') is { } share && !int.TryParse(share, NumberStyles.None, CultureInfo.InvariantCulture, out weight))
            return Wrong(text, $"'{share}' is no weight: write a whole number");
        if (Cut(ref rest, '@') is { } alias) return Route(text, rest, null, alias, weight, label);
        var slash = rest.LastIndexOf('/');
        if (slash < 0) return Route(text, rest, null, null, weight, label);
        return long.TryParse(rest[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? Route(text, rest[..slash], version, null, weight, label)
            : Wrong(text, $"'{rest[(slash + 1)..]}' is no version: write its number, or an alias after '@'");
    }

    public static string Of(DeploymentRoute route) =>
        route.Model
        + (route.Version is { } version ? $"/{version}" : route.Alias is { } alias ? $"@{alias}" : "")
        + (route.Weight == 1 ? "" : $"={route.Weight}")
        + (route.Label is { } label ? $"#{label}" : "");

    private static Result<DeploymentRoute> Route(string text, string model, long? version, string? alias, int weight, string? label) =>
        model.Length == 0 || alias is "" || label is ""
            ? Wrong(text, $"a part of {Shape} is empty")
            : new DeploymentRoute(model, version, alias, weight, label);

    private static Error Wrong(string text, string why) => Error.Invalid($"--model {text}: {why}.");

    private static string? Cut(ref string text, char mark)
    {
        var at = text.LastIndexOf(mark);
        if (at < 0) return null;
        var tail = text[(at + 1)..];
        text = text[..at];
        return tail;
    }
}
