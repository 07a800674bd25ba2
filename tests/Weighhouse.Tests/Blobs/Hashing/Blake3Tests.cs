using System.Diagnostics;
using Weighhouse.Blobs.Hashing;

namespace Weighhouse.Tests.Blobs.Hashing;

public sealed class Blake3Tests(ITestOutputHelper output)
{
    public static TheoryData<string> Paths => [.. Enum.GetNames<Blake3Path>()];

    [Theory]
    [MemberData(nameof(Paths))]
    public void Every_path_gives_the_official_answers(string pathName)
    {
        var path = Supported(pathName);
        Assert.All(Blake3SelfTest.Vectors, vector =>
        {
            var hasher = new Blake3(path);
            hasher.Update(Blake3SelfTest.Input(vector.LengthBytes));
            Assert.Equal(vector.Digest, hasher.Finish().ToString());
        });
        Blake3SelfTest.Run(path);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void How_the_input_is_cut_does_not_change_the_digest(string pathName)
    {
        var path = Supported(pathName);
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var hasher = new Blake3(path);
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
        var path = Supported(pathName);
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
    public async Task Digests_are_those_of_b3sum()
    {
        if (!TryFindB3sum(out var reason)) Assert.Skip(reason);
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var folder = new TestFolder();
        var expected = new Dictionary<string, string>();
        for (var i = 0; i < 60; i++)
        {
            var content = RandomContent.Bytes(random, random.Next(4) == 0 ? random.Next(5_000_000) : random.Next(70_000));
            var file = folder.File($"{i}");
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

    private static string HashOn(Blake3Path path, ReadOnlySpan<byte> content)
    {
        var hasher = new Blake3(path);
        hasher.Update(content);
        return hasher.Finish().ToString();
    }

    private static Blake3Path Supported(string name)
    {
        var path = Enum.Parse<Blake3Path>(name);
        Assert.SkipUnless(path.IsSupported(), $"this processor has no {name}");
        return path;
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
