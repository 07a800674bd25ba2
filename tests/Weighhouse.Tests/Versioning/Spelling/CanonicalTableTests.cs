using System.Text;
using Weighhouse.TestKit;
using Weighhouse.Versioning.Spelling;

namespace Weighhouse.Tests.Versioning.Spelling;

/// <summary>
/// The table of canonical equivalence and the form it makes, against Python's. With WEIGH_CANONICAL set, the first test writes the table
/// anew into the file it names: <c>WEIGH_CANONICAL=src/Weighhouse.Versioning/Spelling/canonical.txt</c>.
/// </summary>
public sealed class CanonicalTableTests(ITestOutputHelper output)
{
    private const string Generator =
        """
        import unicodedata as u
        print('unicode ' + u.unidata_version)
        for c in range(0x80, 0x110000):
            if 0xAC00 <= c < 0xD7A4 or 0xD800 <= c < 0xE000: continue
            d = u.normalize('NFD', chr(c))
            if d != chr(c): print(' '.join('%04X' % x for x in [c] + [ord(x) for x in d]))
        start = None
        for c in range(0x300, 0x110001):
            k = u.combining(chr(c)) if c < 0x110000 else 0
            if start and k != start[1]:
                print('=%d %04X-%04X' % (start[1], start[0], c - 1)); start = None
            if k and not start: start = (c, k)
        """;

    /// <summary>Lines as in Unicode's NormalizationTest.txt: source; NFC; NFD; NFKC; NFKD. Single characters, then mixtures.</summary>
    private const string Vectors =
        """
        import random, sys, unicodedata as u
        r = random.Random(int(sys.argv[1]))
        def line(s):
            forms = [s] + [u.normalize(f, s) for f in ('NFC', 'NFD', 'NFKC', 'NFKD')]
            print(';'.join(' '.join('%04X' % ord(c) for c in f) for f in forms))
        composed = [chr(c) for c in range(0x80, 0x110000) if not 0xD800 <= c < 0xE000 and u.decomposition(chr(c))]
        marks = [chr(c) for c in range(0x300, 0x110000) if u.combining(chr(c))]
        jamo = [chr(c) for c in list(range(0x1100, 0x1113)) + list(range(0x1161, 0x1176)) + list(range(0x11A7, 0x11C3))]
        syllables = [chr(c) for c in range(0xAC00, 0xD7A4)]
        for c in r.sample(composed, 300) + r.sample(syllables, 100) + ['\uac00', '\ud7a3']: line(c)
        for _ in range(400):
            line(''.join(r.choice(r.choice([composed, marks, marks, jamo, syllables, 'aeoAEOKx;'])) for _ in range(r.randint(1, 8))))
        """;

    private static readonly ExternalTool Python = ExternalTool.Find("python3", "python3");

    [Fact]
    public async Task The_table_is_what_the_unicode_data_says()
    {
        Assert.SkipWhen(Python.IsAbsent, Python.WhyAbsent);
        var made = await Python.RunAsync(["-c", Generator]);
        Assert.Equal("", made.Errors);
        var written = await TableAsync();
        var comment = string.Concat(written.Where(static line => line.StartsWith('#')).Select(static line => line + "\n"));
        if (Environment.GetEnvironmentVariable("WEIGH_CANONICAL") is { Length: > 0 } file)
            await File.WriteAllTextAsync(file, comment + made.Output, TestContext.Current.CancellationToken);

        var lines = made.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var version = Version.Parse(lines[0]["unicode ".Length..]);
        // What is assigned keeps its decomposition for ever; a later version of Unicode only adds.
        if (version <= CanonicalTable.Instance.UnicodeVersion)
            Assert.All(lines.Where(static line => char.IsAsciiHexDigitUpper(line[0])), line => Assert.Contains(line, written));
        if (version >= CanonicalTable.Instance.UnicodeVersion)
            Assert.All(written.Where(static line => char.IsAsciiHexDigitUpper(line[0])), line => Assert.Contains(line, lines));
        if (version == CanonicalTable.Instance.UnicodeVersion)
            Assert.Equal(lines, written.Where(static line => !line.StartsWith('#')));
    }

    [Fact]
    public async Task Vectors_of_the_official_shape_hold()
    {
        Assert.SkipWhen(Python.IsAbsent, Python.WhyAbsent);
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var made = await Python.RunAsync(["-c", Vectors, $"{seed}"]);
        Assert.Equal("", made.Errors);
        var lines = made.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(802, lines.Length);
        foreach (var line in lines)
        {
            var forms = line.Split(';').Select(TextOf).ToArray();
            foreach (var column in new[] { 0, 1, 2 }) Assert.True(CanonicalForm.Of(forms[column]) == forms[2], line);
            foreach (var column in new[] { 3, 4 }) Assert.True(CanonicalForm.Of(forms[column]) == forms[4], line);
            Assert.Equal(forms[0] == forms[1], TwinNames.Refuse([forms[0], forms[1]]) is null);
            Assert.True(forms[0] == forms[2] || CanonicalForm.TakesPart(forms[0]), line);
        }
    }

    private static string TextOf(string numbers)
    {
        var text = new StringBuilder();
        foreach (var number in numbers.Split(' ')) text.Append(new Rune(Convert.ToInt32(number, 16)).ToString());
        return text.ToString();
    }

    private static async Task<string[]> TableAsync()
    {
        using var stream = typeof(CanonicalTable).Assembly.GetManifestResourceStream("canonical.txt")!;
        using var reader = new StreamReader(stream);
        var text = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
