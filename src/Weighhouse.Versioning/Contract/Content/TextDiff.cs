using System.Text.Json.Serialization;

namespace Weighhouse.Versioning;

[JsonConverter(typeof(SnakeCase<TextLineKind>))]
public enum TextLineKind
{
    Same,
    Removed,
    Added,
}

/// <param name="Text">Without its end; cut at 2,000 characters. Bytes that are no UTF-8 are shown as U+FFFD.</param>
public sealed record TextLine(TextLineKind Kind, string Text);

/// <summary>A run of changed lines with up to three lines around it.</summary>
/// <param name="OldStart">The first of its lines in the older version, from 1; where it stands when it has none.</param>
public sealed record TextHunk(long OldStart, long OldCount, long NewStart, long NewCount, IReadOnlyList<TextLine> Lines);

/// <summary>How a text differs, line by line.</summary>
/// <param name="IsCut">Whether there are more lines than are told; the counts are those of the whole text.</param>
/// <param name="IsRough">
/// Whether the two differ in so much that some runs are told as removed and added whole, where a patient reader finds lines they share.
/// </param>
public sealed record TextDiff(
    long OldLines, long NewLines, long AddedLines, long RemovedLines, IReadOnlyList<TextHunk> Hunks, bool IsCut, bool IsRough);
