using Weighhouse.Blobs.Disk;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Blobs.Disk;

public sealed class WriteBehindTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Piece.PageBytes)]
    [InlineData(Piece.CapacityBytes - 1)]
    [InlineData(Piece.CapacityBytes)]
    [InlineData(Piece.CapacityBytes + 1)]
    [InlineData((5 * Piece.CapacityBytes) + Piece.PageBytes)]
    [InlineData((40 * Piece.CapacityBytes) + 12_345)]
    public async Task What_is_appended_in_parts_of_any_length_is_the_file(int length)
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var content = RandomContent.Bytes(random, length);
        var path = _folder["target"];

        using (var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write))
        using (var writing = new WriteBehind(file))
        {
            for (var at = 0; at < length;)
            {
                var part = Math.Min(length - at, random.Next(1, 3 << 20));
                await writing.AppendAsync(content.AsMemory(at, part));
                at += part;
            }

            writing.Finish();
        }

        Assert.Equal(content, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_disk_that_refuses_is_told_and_nothing_is_left_running()
    {
        var path = _folder["target"];
        await File.WriteAllBytesAsync(path, [], TestContext.Current.CancellationToken);
        using var readOnly = File.OpenHandle(path, FileMode.Open, FileAccess.Read);
        using var writing = new WriteBehind(readOnly);

        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            for (var i = 0; i < 8; i++) await writing.AppendAsync(new byte[Piece.CapacityBytes]);
            writing.Finish();
        });
    }
}
