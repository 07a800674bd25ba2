using Weighhouse.Trust.Scanning;

namespace Weighhouse.Tests.Trust.Scanning;

/// <summary>Damaged files end in a verdict, never in an exception, an endless loop or much memory.</summary>
public sealed class ScanFuzzTests(Corpus corpus, ITestOutputHelper output) : IClassFixture<Corpus>
{
    private const int Rounds = 4_000;

    private static readonly ScanOptions Limits =
        new() { OpcodesMax = 200_000, InflatedBytesMax = 4 << 20, MembersMax = 2_000, ValuesMax = 50_000 };

    [Fact]
    public void Damaged_files_end_in_a_verdict()
    {
        Assert.SkipWhen(Corpus.WhyAbsent is not null, Corpus.WhyAbsent ?? "");
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var samples = Directory.EnumerateFiles(corpus["benign"], "*", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(corpus["malicious"], "*", SearchOption.AllDirectories))
            .Where(path => new FileInfo(path).Length is > 0 and < 64 * 1024)
            .Order(StringComparer.Ordinal).Select(File.ReadAllBytes).ToArray();
        var before = GC.GetTotalAllocatedBytes();
        var verdicts = new int[3];
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = Damage(samples[random.Next(samples.Length)], samples[random.Next(samples.Length)], random);
            var report = ModelScanner.Scan([new ScanSource($"round {round}", () => new MemoryStream(bytes))], Limits).Value;
            Assert.Single(report.Files);
            verdicts[(int)report.Verdict]++;
        }

        output.WriteLine($"safe {verdicts[0]}, unknown {verdicts[1]}, unsafe {verdicts[2]}; "
            + $"{(GC.GetTotalAllocatedBytes() - before) / Rounds} bytes a round");
        Assert.All(verdicts, count => Assert.NotEqual(0, count));
    }

    [Fact]
    public void Random_bytes_are_no_pickles()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = new byte[random.Next(1, 3_000)];
            random.NextBytes(bytes);
            var report = ModelScanner.Scan([new ScanSource("random", () => new MemoryStream(bytes))], Limits).Value;
            // By chance they may begin as a pickle does, one time in 16,000; they never name anything.
            Assert.DoesNotContain(report.Findings, finding => finding.Code is FindingCode.PickleGlobal
                && finding.Global!.All(char.IsAsciiLetter));
        }
    }

    private static byte[] Damage(byte[] sample, byte[] other, Random random)
    {
        var bytes = sample.ToArray();
        switch (random.Next(5))
        {
            case 0:
                return bytes[..random.Next(1, bytes.Length + 1)];
            case 1:
                var at = random.Next(bytes.Length);
                return [.. bytes[..at], .. other[random.Next(other.Length)..]];
            case 2:
                var from = random.Next(bytes.Length);
                return [.. bytes[..from], .. bytes[random.Next(from, bytes.Length)..], .. bytes[..random.Next(bytes.Length)]];
            default:
                for (var count = random.Next(1, 9); count > 0; count--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                return bytes;
        }
    }
}
