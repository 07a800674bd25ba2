using System.Diagnostics;
using Weighhouse.Blobs.Hashing;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Blobs.Hashing;

public sealed class Blake3Tests(ITestOutputHelper output)
{
    private const string VectorContext = "BLAKE3 2019-12-27 16:29:52 test vectors context";

    /// <summary>The paths this processor has: one that it lacks is nothing to test here.</summary>
    public static TheoryData<string> Paths =>
        [.. Enum.GetValues<Blake3Path>().Where(path => path.IsSupported()).Select(path => path.ToString())];

    [Theory]
    [MemberData(nameof(Paths))]
    public void Every_path_gives_the_official_answers(string pathName)
    {
        var path = Enum.Parse<Blake3Path>(pathName);
        Assert.All(Blake3SelfTest.Vectors, vector =>
        {
            var hasher = new Blake3(path, Blake3Mode.Plain);
            hasher.Update(Blake3SelfTest.Input(vector.LengthBytes));
            Assert.Equal(vector.Digest, hasher.Finish().ToString());
        });
        Blake3SelfTest.Run(path);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void How_the_input_is_cut_does_not_change_the_digest(string pathName)
    {
        var path = Enum.Parse<Blake3Path>(pathName);
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var hasher = new Blake3(path, Blake3Mode.Plain);
        for (var round = 0; round < 60; round++)
        {
            var content = RandomContent.Bytes(random, random.Next(3) == 0 ? random.Next(3_000) : random.Next(400_000));
            var expected = Blake3.HashOf(content);
            for (var at = 0; at < content.Length;)
            {
                var length = Math.Min(content.Length - at, RandomContent.PieceLength(random));
                hasher.Update(content.AsSpan(at, length));
                at += length;
            }

            Assert.Equal(expected, hasher.Finish());
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Every_path_agrees_with_plain_registers_around_every_border(string pathName)
    {
        var path = Enum.Parse<Blake3Path>(pathName);
        var content = Blake3SelfTest.Input(300 * 1024);
        for (var chunks = 0; chunks <= 290; chunks += chunks < 36 ? 1 : 50)
        {
            foreach (var extra in new[] { 0, 1, 63, 64, 65, 1023 })
            {
                var input = content.AsSpan(0, chunks * 1024 + extra);
                Assert.Equal(HashOn(Blake3Path.Scalar, input), HashOn(path, input));
            }
        }
    }

    [Fact]
    public void This_processor_has_at_least_the_plain_path() => Assert.Contains(Paths, row => row.Data == nameof(Blake3Path.Scalar));

    [Theory]
    [MemberData(nameof(Paths))]
    public void Every_path_derives_keys_as_the_official_answers_say(string pathName)
    {
        var mode = Blake3Mode.Derive(VectorContext);
        Assert.All(DeriveKeyVectors, vector =>
        {
            var hasher = new Blake3(Enum.Parse<Blake3Path>(pathName), mode);
            hasher.Update(Blake3SelfTest.Input(vector.LengthBytes));
            Assert.Equal(vector.Digest, hasher.Finish().ToString());
        });
    }

    [Fact]
    public async Task Digests_are_those_of_b3sum()
    {
        if (!TryFindB3sum(out var reason)) Assert.Skip(reason);
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var folder = new TemporaryFolder();
        var expected = new Dictionary<string, string>();
        for (var i = 0; i < 60; i++)
        {
            var content = RandomContent.Bytes(random, random.Next(4) == 0 ? random.Next(5_000_000) : random.Next(70_000));
            var file = folder[$"{i}"];
            await File.WriteAllBytesAsync(file, content, TestContext.Current.CancellationToken);
            expected[file] = Blake3.HashOf(content).ToString();
        }

        using var b3sum = Process.Start(new ProcessStartInfo("b3sum", expected.Keys) { RedirectStandardOutput = true })!;
        var said = await b3sum.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await b3sum.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(expected.Count, lines.Length);
        Assert.All(lines, line => Assert.Equal(line[..64], expected[line[66..]]));
    }

    /// <summary>From the official test vectors, like those of the self-test.</summary>
    private static (int LengthBytes, string Digest)[] DeriveKeyVectors =>
    [
        (0, "2cc39783c223154fea8dfb7c1b1660f2ac2dcbd1c1de8277b0b0dd39b7e50d7d"),
        (1, "b3e2e340a117a499c6cf2398a19ee0d29cca2bb7404c73063382693bf66cb06c"),
        (1023, "74a16c1c3d44368a86e1ca6df64be6a2f64cce8f09220787450722d85725dea5"),
        (1024, "7356cd7720d5b66b6d0697eb3177d9f8d73a4a5c5e968896eb6a689684302706"),
        (1025, "effaa245f065fbf82ac186839a249707c3bddf6d3fdda22d1b95a3c970379bcb"),
        (2048, "7b2945cb4fef70885cc5d78a87bf6f6207dd901ff239201351ffac04e1088a23"),
        (2049, "2ea477c5515cc3dd606512ee72bb3e0e758cfae7232826f35fb98ca1bcbdf273"),
        (3073, "72613c9ec9ff7e40f8f5c173784c532ad852e827dba2bf85b2ab4b76f7079081"),
        (4097, "aca51029626b55fda7117b42a7c211f8c6e9ba4fe5b7a8ca922f34299500ead8"),
        (8192, "ad01d7ae4ad059b0d33baa3c01319dcf8088094d0359e5fd45d6aeaa8b2d0c3d"),
        (8193, "af1e0346e389b17c23200270a64aa4e1ead98c61695d917de7d5b00491c9b0f1"),
        (16384, "160e18b5878cd0df1c3af85eb25a0db5344d43a6fbd7a8ef4ed98d0714c3f7e1"),
        (31744, "39772aef80e0ebe60596361e45b061e8f417429d529171b6764468c22928e28e"),
        (102400, "4652cff7a3f385a6103b5c260fc1593e13c778dbe608efb092fe7ee69df6e9c6"),
    ];

    private static string HashOn(Blake3Path path, ReadOnlySpan<byte> content)
    {
        var hasher = new Blake3(path, Blake3Mode.Plain);
        hasher.Update(content);
        return hasher.Finish().ToString();
    }

    /// <summary>CI must have it: a check that quietly stops running is none.</summary>
    private static bool TryFindB3sum(out string reason)
    {
        reason = "b3sum is not installed (apt-get install b3sum)";
        try
        {
            using var process = Process.Start(new ProcessStartInfo("b3sum", ["--version"]) { RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", reason);
            return false;
        }
    }
}
