using Weighhouse.Versioning;

namespace Weighhouse.Web.Changes;

/// <summary>A line of a comparison with its numbers on both sides; side by side, what stands left and what stands right.</summary>
public readonly record struct DiffRow(long? OldNumber, TextLine? Old, long? NewNumber, TextLine? New);

/// <summary>Lines of a run of changes as rows.</summary>
internal static class DiffRows
{
    /// <summary>One below the other: every line is a row.</summary>
    public static IEnumerable<DiffRow> Unified(TextHunk hunk)
    {
        var (old, current) = (hunk.OldStart, hunk.NewStart);
        foreach (var line in hunk.Lines)
        {
            yield return line.Kind switch
            {
                TextLineKind.Removed => new DiffRow(old++, line, null, null),
                TextLineKind.Added => new DiffRow(null, null, current++, line),
                _ => new DiffRow(old++, line, current++, line),
            };
        }
    }

    /// <summary>Side by side: removed lines stand beside those that were added in their place, as far as there are some.</summary>
    public static IEnumerable<DiffRow> Split(TextHunk hunk)
    {
        var (old, current) = (hunk.OldStart, hunk.NewStart);
        var (removed, added) = (new Queue<TextLine>(), new Queue<TextLine>());
        foreach (var line in hunk.Lines)
        {
            if (line.Kind is TextLineKind.Removed) removed.Enqueue(line);
            else if (line.Kind is TextLineKind.Added) added.Enqueue(line);
            else
            {
                foreach (var row in Pair()) yield return row;
                yield return new DiffRow(old++, line, current++, line);
            }
        }

        foreach (var row in Pair()) yield return row;

        IEnumerable<DiffRow> Pair()
        {
            while (removed.Count + added.Count > 0)
            {
                var hasOld = removed.TryDequeue(out var left);
                var hasNew = added.TryDequeue(out var right);
                yield return new DiffRow(hasOld ? old++ : null, left, hasNew ? current++ : null, right);
            }
        }
    }
}
