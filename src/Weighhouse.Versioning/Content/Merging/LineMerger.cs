using System.Text;
using Weighhouse.Versioning.Content.Texts;

namespace Weighhouse.Versioning.Content.Merging;

/// <summary>
/// Merges texts by line: a run that one side changed is taken from it, and one that both changed differently is a conflict.
/// </summary>
internal static class LineMerger
{
    /// <param name="apart">
    /// Whether a line that is the same must stand between what the sides changed, as people expect of prose and of programs; without, it is
    /// enough that no line was changed by both.
    /// </param>
    /// <returns>Null when there are too many lines.</returns>
    public static byte[]? Merge(
        ReadOnlyMemory<byte> origin, ReadOnlyMemory<byte> ours, ReadOnlyMemory<byte> theirs, bool apart, MergeOutcome outcome)
    {
        var table = new LineTable();
        if (table.Number(origin, TextDiffer.LinesMax) is not { } old || table.Number(ours, TextDiffer.LinesMax) is not { } mine
            || table.Number(theirs, TextDiffer.LinesMax) is not { } other) return null;
        var (here, _) = LineMatcher.Match(old.Numbers, mine.Numbers);
        var (there, _) = LineMatcher.Match(old.Numbers, other.Numbers);
        using var merged = new MemoryStream(ours.Length + theirs.Length - Math.Min(origin.Length, ours.Length));
        var (left, right, at) = (0, 0, 0);
        while (left < here.Count || right < there.Count)
        {
            var run = NextRun(here, there, left, right, apart);
            merged.Write(old.Bytes(at, run.From).Span);
            at = run.To;
            var (ourText, theirText) = (
                Side(mine, here, left, run.Left, run.From, run.To), Side(other, there, right, run.Right, run.From, run.To));
            if (left == run.Left) merged.Write(theirText.Span);
            else if (right == run.Right || ourText.Span.SequenceEqual(theirText.Span)) merged.Write(ourText.Span);
            else
            {
                outcome.Disagree(
                    run.To > run.From + 1 ? $"lines {run.From + 1} to {run.To}" : $"line {run.From + 1}",
                    Text(old.Bytes(run.From, run.To)), Text(ourText), Text(theirText));
            }

            (left, right) = (run.Left, run.Right);
        }

        merged.Write(old.Bytes(at, old.Count).Span);
        return outcome.HasConflicts ? null : merged.ToArray();
    }

    /// <summary>The next lines of the old text that changed, with all changes of both sides that meet there.</summary>
    private static (int From, int To, int Left, int Right) NextRun(
        List<LineChange> here, List<LineChange> there, int left, int right, bool apart)
    {
        var from = Math.Min(
            left < here.Count ? here[left].OldFrom : int.MaxValue, right < there.Count ? there[right].OldFrom : int.MaxValue);
        var to = from;
        var (first, second) = (left, right);
        while (true)
        {
            if (left < here.Count && Meets(here[left], from, to, isFirst: left == first && right == second, apart)) Take(here[left++]);
            else if (right < there.Count && Meets(there[right], from, to, isFirst: left == first && right == second, apart))
                Take(there[right++]);
            else return (from, to, left, right);
        }

        void Take(LineChange change) => to = Math.Max(to, change.OldTo);
    }

    private static bool Meets(LineChange change, int from, int to, bool isFirst, bool apart)
    {
        if (isFirst) return change.OldFrom == from;
        if (change.OldFrom < to || (change.OldFrom == from && to == from)) return true;
        // What begins where the other ends stands beside it; two insertions there have no order.
        return change.OldFrom == to && (apart || change.OldTo == change.OldFrom);
    }

    /// <summary>A side's lines in place of the old ones of the run.</summary>
    private static ReadOnlyMemory<byte> Side(TextLines text, List<LineChange> changes, int first, int end, int from, int to)
    {
        if (first == end) return default;
        var start = changes[first].NewFrom - (changes[first].OldFrom - from);
        return text.Bytes(start, changes[end - 1].NewTo + (to - changes[end - 1].OldTo));
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span[..Math.Min(bytes.Length, 2_000)]);
}
