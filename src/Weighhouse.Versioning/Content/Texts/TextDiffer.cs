using Weighhouse.Versioning.Content.Files;

namespace Weighhouse.Versioning.Content.Texts;

/// <summary>Compares two texts line by line.</summary>
internal static class TextDiffer
{
    /// <summary>Two million lines take about 100 MB to compare.</summary>
    public const int LinesMax = 2_000_000;

    private const int Context = 3;
    private const int SampleBytes = 8 << 10;

    /// <summary>Whether the content is text, by its first bytes: no zero byte, and hardly a control character.</summary>
    public static bool IsText(FileContent content)
    {
        var start = content.Read(0, (int)Math.Min(SampleBytes, content.SizeBytes)).Span;
        var odd = 0;
        foreach (var value in start)
        {
            if (value == 0) return false;
            if (value < 0x20 && value is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f' or 0x1B)) odd++;
        }

        return odd <= start.Length / 256;
    }

    /// <summary>Null when a text has more lines than are compared.</summary>
    public static TextDiff? Compare(FileContent old, FileContent current, int linesToTell)
    {
        var table = new LineTable();
        if (table.Number(old.Read(0, (int)old.SizeBytes), LinesMax) is not { } before) return null;
        if (table.Number(current.Read(0, (int)current.SizeBytes), LinesMax) is not { } after) return null;
        var (changes, isRough) = LineMatcher.Match(before.Numbers, after.Numbers);
        var hunks = new List<TextHunk>();
        var isCut = false;
        for (var i = 0; i < changes.Count && !isCut;)
        {
            var last = i;
            while (last + 1 < changes.Count && changes[last + 1].OldFrom - changes[last].OldTo <= 2 * Context) last++;
            var hunk = Hunk(before, after, changes.GetRange(i, last - i + 1), linesToTell);
            isCut = hunk.Lines.Count > linesToTell;
            if (isCut) hunk = hunk with { Lines = [.. hunk.Lines.Take(linesToTell)] };
            linesToTell -= hunk.Lines.Count;
            if (hunk.Lines.Count > 0) hunks.Add(hunk);
            i = last + 1;
            isCut |= linesToTell == 0 && i < changes.Count;
        }

        return new TextDiff(
            before.Count, after.Count, changes.Sum(static change => (long)change.NewTo - change.NewFrom),
            changes.Sum(static change => (long)change.OldTo - change.OldFrom), hunks, isCut, isRough);
    }

    private static TextHunk Hunk(TextLines before, TextLines after, List<LineChange> changes, int linesToTell)
    {
        var lead = Math.Min(Context, changes[0].OldFrom);
        var (oldFrom, newFrom) = (changes[0].OldFrom - lead, changes[0].NewFrom - lead);
        var oldTo = Math.Min(before.Count, changes[^1].OldTo + Context);
        var newTo = changes[^1].NewTo + (oldTo - changes[^1].OldTo);
        var lines = new List<TextLine>();
        var at = oldFrom;
        foreach (var change in changes)
        {
            Tell(TextLineKind.Same, before, at, change.OldFrom);
            Tell(TextLineKind.Removed, before, change.OldFrom, change.OldTo);
            Tell(TextLineKind.Added, after, change.NewFrom, change.NewTo);
            at = change.OldTo;
        }

        Tell(TextLineKind.Same, before, at, oldTo);
        // A side without lines stands behind the line before it, as everybody's patches say.
        return new TextHunk(
            oldTo == oldFrom ? oldFrom : oldFrom + 1, oldTo - oldFrom, newTo == newFrom ? newFrom : newFrom + 1, newTo - newFrom, lines);

        void Tell(TextLineKind kind, TextLines text, int from, int to)
        {
            for (var i = from; i < to && lines.Count <= linesToTell; i++) lines.Add(new TextLine(kind, text.Show(i)));
        }
    }
}
