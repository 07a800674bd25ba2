using System.Text.Encodings.Web;
using System.Text.Json;

namespace Weighhouse.Versioning.Content.Merging;

/// <summary>
/// Merges JSON by key. Where merging the lines comes to the same, the lines are taken, so that the file keeps the look its people gave
/// it; else it is written anew with our indentation.
/// </summary>
internal static class JsonMerger
{
    private const int IndentMax = 16;

    /// <summary>Null when a side is no JSON, and the text is all there is to go by.</summary>
    public static MergeOutcome? Merge(ReadOnlyMemory<byte> origin, ReadOnlyMemory<byte> ours, ReadOnlyMemory<byte> theirs)
    {
        if (KeyNode.Parse(origin) is not { } old || KeyNode.Parse(ours) is not { } mine || KeyNode.Parse(theirs) is not { } other)
            return null;
        var outcome = new MergeOutcome();
        var merged = KeyNode.Merge("", old, mine, other, outcome)!;
        if (outcome.HasConflicts) return outcome;
        var lines = LineMerger.Merge(origin, ours, theirs, apart: false, new MergeOutcome());
        outcome.Content = lines is not null && KeyNode.Same(KeyNode.Parse(lines), merged)
            ? new MemoryStream(lines)
            : Write(merged, ours.Span);
        return outcome;
    }

    private static MemoryStream Write(KeyNode merged, ReadOnlySpan<byte> look)
    {
        var content = new MemoryStream();
        var line = look.IndexOf((byte)'\n');
        var indent = line < 0 ? default : look[(line + 1)..];
        var size = indent.IndexOfAnyExcept((byte)' ', (byte)'\t');
        var options = new JsonWriterOptions
        {
            Indented = size > 0, IndentSize = Math.Clamp(size, 1, IndentMax), IndentCharacter = size > 0 && indent[0] == '\t' ? '\t' : ' ',
            NewLine = line > 0 && look[line - 1] == '\r' ? "\r\n" : "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        using (var writer = new Utf8JsonWriter(content, options)) merged.WriteTo(writer);
        if (look.EndsWith("\n"u8)) content.Write(System.Text.Encoding.UTF8.GetBytes(options.NewLine));
        content.Position = 0;
        return content;
    }
}
