using System.Globalization;
using System.Text;

namespace Weighhouse.Versioning.Spelling;

/// <summary>The data of canonical equivalence, read when the first name needs it.</summary>
internal sealed class CanonicalTable
{
    private const string Resource = "canonical.txt";

    private static readonly Lazy<CanonicalTable> Read = new(static () => new CanonicalTable());

    private readonly Dictionary<int, string> _decompositions = [];
    private readonly Dictionary<int, byte> _classes = [];
    private readonly HashSet<int> _seconds = [];

    private CanonicalTable()
    {
        using var stream = typeof(CanonicalTable).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) continue;
            if (line.StartsWith("unicode ", StringComparison.Ordinal)) UnicodeVersion = Version.Parse(line.AsSpan("unicode ".Length));
            else if (line.StartsWith('=')) AddClass(line);
            else AddDecomposition(line);
        }
    }

    public static CanonicalTable Instance => Read.Value;

    public Version UnicodeVersion { get; } = new();

    /// <summary>Null for a character that is its own.</summary>
    public string? DecompositionOf(Rune character) => _decompositions.GetValueOrDefault(character.Value);

    /// <summary>0 for a character that stays where it is.</summary>
    public byte ClassOf(Rune character) => _classes.GetValueOrDefault(character.Value);

    /// <summary>Whether the character can be a part of another one, behind its first.</summary>
    public bool Follows(Rune character) => _seconds.Contains(character.Value);

    private void AddClass(string line)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        var dash = line.IndexOf('-', space);
        var number = byte.Parse(line.AsSpan(1, space - 1), NumberStyles.None, CultureInfo.InvariantCulture);
        for (var at = Number(line.AsSpan(space + 1, dash - space - 1)); at <= Number(line.AsSpan(dash + 1)); at++) _classes[at] = number;
    }

    private void AddDecomposition(string line)
    {
        var parts = line.Split(' ');
        var text = new StringBuilder();
        for (var i = 1; i < parts.Length; i++)
        {
            var part = Number(parts[i]);
            text.Append(new Rune(part).ToString());
            if (i > 1) _seconds.Add(part);
        }

        _decompositions[Number(parts[0])] = text.ToString();
    }

    private static int Number(ReadOnlySpan<char> hexadecimal) =>
        int.Parse(hexadecimal, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
