using System.Globalization;
using System.Text.RegularExpressions;
using Weighhouse.Serving;

namespace Weighhouse.Wire.TensorFlowServing;

/// <summary>What an address below <c>/v1/models</c> asks for.</summary>
/// <param name="Verb">"predict", "classify", "regress", "metadata"; null for the state.</param>
internal sealed partial record RestPath(ServingTarget Target, string? Verb)
{
    /// <summary>Null when it is no address of the protocol.</summary>
    public static RestPath? Parse(string rest)
    {
        var match = Shape().Match(rest);
        if (!match.Success) return null;
        long? version = null;
        if (match.Groups["version"] is { Success: true } digits)
        {
            if (!long.TryParse(digits.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return null;
            version = number;
        }

        var label = match.Groups["label"] is { Success: true } named ? named.Value : null;
        var verb = match.Groups["verb"] is { Success: true } found ? found.Value.ToLowerInvariant() : null;
        return new RestPath(new ServingTarget(match.Groups["model"].Value, version, label), verb);
    }

    [GeneratedRegex(
        "^(?<model>[^/:]+)(/versions/(?<version>[0-9]+)|/labels/(?<label>[^/:]+))?"
            + "(:(?<verb>predict|classify|regress)|/(?<verb>metadata))?$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Shape();
}
