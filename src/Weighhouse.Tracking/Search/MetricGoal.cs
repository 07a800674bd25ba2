namespace Weighhouse.Tracking.Search;

/// <summary>
/// Which end of a metric is its best: the least for what its name calls a loss, an error or a cost, the greatest for all else.
/// The name's words are looked at, not its letters: "val/rmse", "test_error" and "perplexity" mean less, "flawless" does not.
/// </summary>
internal static class MetricGoal
{
    private static readonly HashSet<string> Costs = new(
        [
            "loss", "losses", "logloss", "error", "errors", "err", "mse", "rmse", "mae", "mape", "smape", "rmsle", "msle", "perplexity",
            "ppl", "nll",
            "wer", "cer", "fid", "brier", "divergence", "kl", "entropy", "latency", "duration", "cost", "regret", "time", "hinge",
        ],
        StringComparer.OrdinalIgnoreCase);

    public static bool LessIsBetter(string key)
    {
        var start = 0;
        for (var i = 0; i <= key.Length; i++)
        {
            if (i < key.Length && char.IsLetter(key[i]) && !(i > start && char.IsUpper(key[i]) && char.IsLower(key[i - 1]))) continue;
            if (Costs.GetAlternateLookup<ReadOnlySpan<char>>().Contains(key.AsSpan(start, i - start))) return true;
            start = i < key.Length && char.IsLetter(key[i]) ? i : i + 1;
        }

        return false;
    }
}
