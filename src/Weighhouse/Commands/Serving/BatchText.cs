using System.Globalization;
using Weighhouse.Client.Serving;
using Weighhouse.Kernel;

namespace Weighhouse.Commands.Serving;

/// <summary>A batching policy as one word: <c>rows=64,delay=2,prefer=8+16+32,pad,objective=20</c>, times in milliseconds.</summary>
internal static class BatchText
{
    public const string Shape = "rows=N[,delay=MS][,objective=MS][,prefer=N+N…][,pad][,pad-variable][,queue=N][,timeout=MS]";

    /// <summary>Null for "off".</summary>
    public static Result<BatchPolicy?> Parse(string text)
    {
        if (text == "off") return (BatchPolicy?)null;
        var policy = new BatchPolicy(0);
        foreach (var part in text.Split(','))
        {
            if (!Read(policy, part).TryGet(out var next, out var error)) return error with { Message = $"--batch {text}: {error.Message}" };
            policy = next;
        }

        return policy.RowsMax > 0 ? policy : Error.Invalid($"--batch {text}: say how many rows a run has at most: rows=64.");
    }

    public static string Of(BatchPolicy? policy)
    {
        if (policy is null) return "off";
        var parts = new List<string> { $"rows={policy.RowsMax}" };
        if (policy.DelayMs != 0) parts.Add($"delay={policy.DelayMs}");
        if (policy.ObjectiveMs is { } objective) parts.Add($"objective={objective}");
        if (policy.PreferredRows is { Count: > 0 } preferred) parts.Add($"prefer={string.Join('+', preferred)}");
        if (policy.PadRows) parts.Add("pad");
        if (policy.PadVariable) parts.Add("pad-variable");
        if (policy.QueueMax != new BatchPolicy(1).QueueMax) parts.Add($"queue={policy.QueueMax}");
        if (policy.TimeoutMs != 0) parts.Add($"timeout={policy.TimeoutMs}");
        return string.Join(',', parts);
    }

    private static Result<BatchPolicy> Read(BatchPolicy policy, string part)
    {
        var (name, value) = part.IndexOf('=', StringComparison.Ordinal) is var at and >= 0 ? (part[..at], part[(at + 1)..]) : (part, null);
        return (name, value) switch
        {
            ("rows", _) => Number(part, value).Map(rows => policy with { RowsMax = rows }),
            ("delay", _) => Number(part, value).Map(delay => policy with { DelayMs = delay }),
            ("objective", _) => Number(part, value).Map(objective => policy with { ObjectiveMs = objective }),
            ("prefer", _) => Sizes(part, value).Map(sizes => policy with { PreferredRows = sizes }),
            ("queue", _) => Number(part, value).Map(queue => policy with { QueueMax = queue }),
            ("timeout", _) => Number(part, value).Map(timeout => policy with { TimeoutMs = timeout }),
            ("pad", null) => policy with { PadRows = true },
            ("pad-variable", null) => policy with { PadVariable = true },
            _ => Error.Invalid($"'{part}' is not understood; it is off, or {Shape}."),
        };
    }

    private static Result<int> Number(string part, string? value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : Error.Invalid($"'{part}' needs a whole number.");

    private static Result<int[]> Sizes(string part, string? value)
    {
        var sizes = new List<int>();
        foreach (var size in (value ?? "").Split('+'))
        {
            if (!Number(part, size).TryGet(out var number, out var error)) return error;
            sizes.Add(number);
        }

        return sizes.ToArray();
    }
}
