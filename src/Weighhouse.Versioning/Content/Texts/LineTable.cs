using System.Text;
using Weighhouse.Versioning.Content.Files;

namespace Weighhouse.Versioning.Content.Texts;

/// <summary>The lines of texts as numbers: equal lines, their ends included, have equal numbers in all texts of one table.</summary>
internal sealed class LineTable
{
    private readonly Dictionary<ReadOnlyMemory<byte>, int> _numbers = new(BytesComparer.Instance);

    /// <summary>Null when there are more than so many lines.</summary>
    public TextLines? Number(ReadOnlyMemory<byte> text, int linesMax)
    {
        var count = text.Span.Count((byte)'\n') + 1;
        if (count > linesMax) return null;
        var (starts, numbers) = (new List<int>(count + 1), new List<int>(count));
        for (var at = 0; at < text.Length;)
        {
            var end = text.Span[at..].IndexOf((byte)'\n') is var found and >= 0 ? at + found + 1 : text.Length;
            var line = text[at..end];
            if (!_numbers.TryGetValue(line, out var number)) _numbers.Add(line, number = _numbers.Count);
            starts.Add(at);
            numbers.Add(number);
            at = end;
        }

        starts.Add(text.Length);
        return new TextLines(text, [.. starts], [.. numbers]);
    }

    public int DistinctCount => _numbers.Count;
}

/// <summary>A text by its lines.</summary>
/// <param name="Starts">One more than lines: the last is the length of the text.</param>
internal sealed record TextLines(ReadOnlyMemory<byte> Text, int[] Starts, int[] Numbers)
{
    private const int LengthMax = 2_000;

    public int Count => Numbers.Length;

    public ReadOnlyMemory<byte> Bytes(int from, int to) => Text[Starts[from]..Starts[to]];

    /// <summary>A line for people: without its end, and not longer than anybody reads.</summary>
    public string Show(int line)
    {
        var bytes = Bytes(line, line + 1).Span.TrimEnd("\r\n"u8);
        var text = Encoding.UTF8.GetString(bytes.Length > 4 * LengthMax ? bytes[..(4 * LengthMax)] : bytes);
        return Kernel.PlainText.Cut(text, LengthMax);
    }
}
