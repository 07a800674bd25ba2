using System.IO.Pipelines;
using Weighhouse.Blobs;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Blobs.Local;

public sealed class DamageTests : IDisposable
{
    private readonly TestStore _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task A_flipped_bit_in_a_small_blob_is_found_before_anything_is_sent()
    {
        var put = await PutAndFlipABitAsync(_test, 10_000, 5_000);

        var (result, received) = await _test.CopyAsync(put.Id, 0, put.SizeBytes);

        Assert.Equal(ErrorCode.Corrupted, result.Error?.Code);
        Assert.Contains(_test.PathOf(put.Id), result.Error?.Message);
        Assert.Empty(received);
        Assert.Contains(_test.Logged, line => line == $"The content of {put.Id} is damaged on disk: {_test.PathOf(put.Id)}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_500_000)]
    [InlineData(2_999_999)]
    public async Task A_flipped_bit_in_a_large_blob_breaks_the_copy_off_before_its_end(int position)
    {
        var put = await PutAndFlipABitAsync(_test, 3_000_000, position);
        var target = new MemoryStream();
        var writer = PipeWriter.Create(target, new StreamPipeWriterOptions(leaveOpen: true));

        var failure = await Assert.ThrowsAsync<CorruptBlobException>(
            async () => await _test.Store.CopyToAsync(put.Id, 0, put.SizeBytes, writer, TestContext.Current.CancellationToken));

        Assert.Equal(put.Id, failure.Id);
        Assert.InRange(target.Length, 1, put.SizeBytes - 1);
    }

    [Fact]
    public async Task Verification_can_be_switched_off()
    {
        using var trusting = new TestStore(options => options.VerifyReads = false);
        var put = await PutAndFlipABitAsync(trusting, 10_000, 1);

        var (result, received) = await trusting.CopyAsync(put.Id, 0, put.SizeBytes);

        Assert.False(result.IsFailure);
        Assert.Equal(10_000, received.Length);
    }

    [Theory]
    [InlineData(10_000, 9_999)]
    [InlineData(10_000, 0)]
    [InlineData(3_000_000, 2_000_000)]
    public async Task A_truncated_blob_is_found_and_putting_it_again_mends_it(int length, int leftBytes)
    {
        var content = RandomContent.Bytes(1, length);
        var put = (await _test.PutAsync(content)).Value;
        using (var file = File.Open(_test.Writable(put.Id), FileMode.Open)) file.SetLength(leftBytes);

        if (leftBytes < 256 << 10)
        {
            Assert.Equal(ErrorCode.Corrupted, (await _test.CopyAsync(put.Id, 0, leftBytes)).Result.Error?.Code);
        }
        else
        {
            await Assert.ThrowsAsync<CorruptBlobException>(() => _test.CopyAsync(put.Id, 0, leftBytes));
        }

        Assert.Equal(put, (await _test.PutAsync(content)).Value);
        Assert.Contains(
            $"The file of {put.Id} has {leftBytes} bytes instead of {length}; replacing it by the content just put", _test.Logged);
        Assert.Equal(content, (await _test.CopyAsync(put.Id, 0, length)).Received);
    }

    private static async Task<BlobInfo> PutAndFlipABitAsync(TestStore test, int length, int position)
    {
        var put = (await test.PutAsync(RandomContent.Bytes(length, length))).Value;
        await using var file = File.Open(test.Writable(put.Id), FileMode.Open);
        file.Position = position;
        var value = file.ReadByte();
        file.Position = position;
        file.WriteByte((byte)(value ^ 0x10));
        return put;
    }
}
