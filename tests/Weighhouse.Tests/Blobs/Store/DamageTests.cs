using System.IO.Pipelines;
using Weighhouse.Blobs;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Blobs.Store;

public sealed class DamageTests : IDisposable
{
    private readonly StoreHouse _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task A_flipped_bit_in_a_small_file_is_found_before_anything_is_sent()
    {
        var put = (await _test.PutAsync(RandomContent.Bytes(1, 10_000))).Value;
        _test.Damage(put.Id, at: 5_000);

        var (result, received) = await _test.CopyAsync(put.Id, 0, put.SizeBytes);

        Assert.Equal(ErrorCode.Corrupted, result.Error?.Code);
        Assert.Contains(Assert.Single(_test.Packs), result.Error?.Message);
        Assert.Empty(received);
        var expected = $"Object {put.Id} is damaged in {_test.Packs[0]} at ";
        Assert.Contains(_test.Logged, line => line.StartsWith(expected, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_flipped_bit_in_a_large_file_breaks_the_copy_off_before_it()
    {
        var put = (await _test.PutAsync(RandomContent.Bytes(2, 3_000_000))).Value;
        var chunks = _test.Store.Recipe(put.Id).Value.Chunks;
        _test.Damage(chunks[^1].Id);
        var target = new MemoryStream();
        var writer = PipeWriter.Create(target, new StreamPipeWriterOptions(leaveOpen: true));

        var failure = await Assert.ThrowsAsync<CorruptBlobException>(
            async () => await _test.Blobs.CopyToAsync(put.Id, 0, put.SizeBytes, writer, TestContext.Current.CancellationToken));

        Assert.Equal(put.Id, failure.Id);
        Assert.InRange(target.Length, 1, put.SizeBytes - chunks[^1].LengthBytes);
    }

    [Fact]
    public async Task A_damaged_piece_throws_when_the_stream_reaches_it()
    {
        var content = RandomContent.Bytes(3, 1_000_000);
        var put = (await _test.PutAsync(content)).Value;
        var chunks = _test.Store.Recipe(put.Id).Value.Chunks;
        _test.Damage(chunks[1].Id);
        await using var stream = (await _test.Blobs.OpenAsync(put.Id, TestContext.Current.CancellationToken)).Value;
        var bytes = new byte[chunks[0].LengthBytes];

        stream.ReadExactly(bytes);
        Assert.Equal(content[..bytes.Length], bytes);
        Assert.Throws<CorruptBlobException>(() => stream.ReadByte());
    }
}
