namespace Weighhouse.Evaluation.Judging;

/// <summary>
/// Few points of a curve of many: always the one that lies farthest from the line so far is added, so that what is left out is nearer than
/// that.
/// </summary>
internal static class CurveThinning
{
    /// <summary>The places of the points that stay, in order, and how far the farthest of the others lies from the line through
    /// them.</summary>
    public static (int[] Kept, double Deviation) Thin(ReadOnlySpan<double> x, ReadOnlySpan<double> y, int pointsMax)
    {
        if (x.Length <= pointsMax) return ([.. Enumerable.Range(0, x.Length)], 0);
        var kept = new SortedSet<int> { 0, x.Length - 1 };
        var gaps = new PriorityQueue<(int From, int To, int At, double Distance), (double, int)>();
        Push(gaps, x, y, 0, x.Length - 1);
        while (kept.Count < pointsMax && gaps.TryPeek(out var gap, out _) && gap.Distance > 0)
        {
            gaps.Dequeue();
            kept.Add(gap.At);
            Push(gaps, x, y, gap.From, gap.At);
            Push(gaps, x, y, gap.At, gap.To);
        }

        return ([.. kept], gaps.TryPeek(out var farthest, out _) ? farthest.Distance : 0);
    }

    private static void Push(
        PriorityQueue<(int From, int To, int At, double Distance), (double, int)> gaps, ReadOnlySpan<double> x, ReadOnlySpan<double> y,
            int from,
        int to)
    {
        var (best, where) = (0.0, -1);
        for (var at = from + 1; at < to; at++)
            if (Distance(x, y, from, to, at) is var distance && distance > best) (best, where) = (distance, at);
        // Of equal distances the earlier gap is first, so that the same curve is thinned alike everywhere.
        if (where >= 0) gaps.Enqueue((from, to, where, best), (-best, from));
    }

    private static double Distance(ReadOnlySpan<double> x, ReadOnlySpan<double> y, int from, int to, int at)
    {
        var (wide, high) = (x[to] - x[from], y[to] - y[from]);
        var length = Math.Sqrt(wide * wide + high * high);
        var (right, up) = (x[at] - x[from], y[at] - y[from]);
        return length == 0 ? Math.Sqrt(right * right + up * up) : Math.Abs(wide * up - high * right) / length;
    }
}
