using System.IO.Pipelines;
using Weighhouse.Blobs;
using Weighhouse.Blobs.Hashing;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Blobs.Store;

public sealed class BlobStoreTests : IDisposable
{
    private readonly StoreHouse _test = new();

    /// <summary>Around the borders of what is small (64 KiB), of a piece (1 MiB) and of a page (4 KiB).</summary>
    public static TheoryData<int> Lengths =>
    [
        0, 1, 1_000,
        (64 << 10) - 1, 64 << 10, (64 << 10) + 1,
        (1 << 20) - 1, 1 << 20, (1 << 20) + 1,
        2 << 20, (3 << 20) + 4_095, 20_000_001,
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _test.Dispose();

    [Theory]
    [MemberData(nameof(Lengths))]
    public async Task What_was_put_comes_back(int length)
    {
        var content = RandomContent.Bytes(length, length);

        var put = (await _test.PutAsync(content)).Value;

        Assert.Equal(length, put.SizeBytes);
        if (length <= 16 << 10) Assert.Equal(Blake3.HashOf(content), put.Id);
        Assert.Equal(put, (await _test.Blobs.FindAsync(put.Id, Cancellation)).Value);
        var (result, received) = await _test.CopyAsync(put.Id, 0, length);
        Assert.False(result.IsFailure);
        Assert.Equal(content, received);
    }

    [Fact]
    public async Task Content_may_arrive_in_crumbs()
    {
        var content = RandomContent.Bytes(1, 1_300_000);
        var pipe = new Pipe();
        var feeding = Task.Run(
            async () =>
            {
                var random = new Random(2);
                for (var at = 0; at < content.Length;)
                {
                    var length = Math.Min(content.Length - at, random.Next(1, 9_000));
                    await pipe.Writer.WriteAsync(content.AsMemory(at, length), Cancellation);
                    at += length;
                }

                await pipe.Writer.CompleteAsync();
            },
            Cancellation);

        var put = await _test.Blobs.PutAsync(pipe.Reader, content.Length, Cancellation);

        await feeding;
        Assert.Equal(await _test.AddAsync(content), put.Value);
    }

    [Fact]
    public async Task An_opened_blob_can_be_sought()
    {
        var content = RandomContent.Bytes(3, 200_000);
        var put = (await _test.PutAsync(content)).Value;

        await using var stream = (await _test.Blobs.OpenAsync(put.Id, Cancellation)).Value;

        Assert.True(stream.CanSeek);
        Assert.False(stream.CanWrite);
        Assert.Equal(content.Length, stream.Length);
        stream.Seek(150_000, SeekOrigin.Begin);
        var tail = new byte[50_000];
        await stream.ReadExactlyAsync(tail, Cancellation);
        Assert.Equal(content[150_000..], tail);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 10)]
    [InlineData(299_990, 10)]
    [InlineData(300_000, 0)]
    [InlineData(12_345, 270_000)]
    public async Task A_range_is_copied_exactly(int offset, int length)
    {
        var content = RandomContent.Bytes(4, 300_000);
        var put = (await _test.PutAsync(content)).Value;

        var (result, received) = await _test.CopyAsync(put.Id, offset, length);

        Assert.False(result.IsFailure);
        Assert.Equal(content[offset..(offset + length)], received);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, -1)]
    [InlineData(0, 101)]
    [InlineData(100, 1)]
    [InlineData(1, long.MaxValue)]
    public async Task A_range_outside_the_blob_is_refused(long offset, long length)
    {
        var put = (await _test.PutAsync(new byte[100])).Value;

        var (result, received) = await _test.CopyAsync(put.Id, offset, length);

        Assert.Equal(
            Error.Invalid($"The range of {length} bytes from {offset} is not within the 100 bytes of {put.Id}."), result.Error);
        Assert.Empty(received);
    }

    [Fact]
    public async Task What_was_never_put_is_not_found()
    {
        var id = Blake3.HashOf([1, 2, 3]);

        Assert.Equal(ErrorCode.NotFound, (await _test.Blobs.FindAsync(id, Cancellation)).Error?.Code);
        Assert.Equal(ErrorCode.NotFound, (await _test.Blobs.OpenAsync(id, Cancellation)).Error?.Code);
        Assert.Equal(ErrorCode.NotFound, (await _test.CopyAsync(id, 0, 3)).Result.Error?.Code);
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(3_000_000)]
    public async Task The_same_content_twice_is_stored_once(int length)
    {
        var content = RandomContent.Bytes(5, length);
        var first = (await _test.PutAsync(content)).Value;
        var stored = _test.Packs.Sum(pack => new FileInfo(pack).Length);

        var second = (await _test.PutAsync(content)).Value;

        Assert.Equal(first, second);
        Assert.Equal(stored, _test.Packs.Sum(pack => new FileInfo(pack).Length));
    }

    [Theory]
    [InlineData(5_000)]
    [InlineData(4_000_000)]
    public async Task Many_who_put_the_same_content_at_once_all_succeed(int length)
    {
        var content = RandomContent.Bytes(6, length);
        _test.Store.ToString();

        var puts = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(_ => Task.Run(async () => await _test.PutAsync(content), Cancellation)));

        Assert.Single(puts.Select(put => put.Value).Distinct());
        Assert.InRange(_test.Packs.Sum(pack => new FileInfo(pack).Length), length, length + 10_000 + length / 200);
        Assert.Equal(content, (await _test.CopyAsync(puts[0].Value.Id, 0, length)).Received);
    }

    [Theory]
    [InlineData(1_000, 999)]
    [InlineData(1, 0)]
    [InlineData(200_000, 150_000)]
    [InlineData(5_000_000, 4_999_999)]
    public async Task More_than_allowed_is_refused_with_the_limit(int length, long sizeMaxBytes)
    {
        var put = await _test.PutAsync(RandomContent.Bytes(7, length), sizeMaxBytes);

        Assert.Equal(ErrorCode.InvalidArgument, put.Error?.Code);
        Assert.Contains($"larger than {sizeMaxBytes} bytes", put.Error?.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000)]
    [InlineData(2_500_000)]
    public async Task Exactly_what_is_allowed_is_taken(int length) =>
        Assert.Equal(length, (await _test.PutAsync(RandomContent.Bytes(8, length), length)).Value.SizeBytes);

    [Fact]
    public async Task The_store_has_a_limit_of_its_own()
    {
        using var small = new StoreHouse(options => options.FileSizeMaxBytes = 10);

        Assert.Contains("larger than 10 bytes", (await small.PutAsync(new byte[11])).Error?.Message);
        Assert.Equal(10, (await small.PutAsync(new byte[10])).Value.SizeBytes);
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(3_000_000)]
    public async Task A_client_that_goes_away_is_not_the_disks_fault(int sentBytes)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        var putting = _test.Blobs.PutAsync(pipe.Reader, long.MaxValue, Cancellation);
        // Returns when all of it was read.
        await pipe.Writer.WriteAsync(RandomContent.Bytes(9, sentBytes), Cancellation);
        await pipe.Writer.CompleteAsync(new IOException("connection reset"));

        var failure = await Assert.ThrowsAsync<IOException>(async () => await putting);

        Assert.Equal("connection reset", failure.Message);
    }

    [Fact]
    public async Task A_cancelled_upload_frees_its_place()
    {
        _test.Options.LargeUploadsMax = 1;
        for (var round = 0; round < 3; round++)
        {
            using var cancelling = new CancellationTokenSource();
            var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
            await pipe.Writer.WriteAsync(RandomContent.Bytes(10, 3_000_000), Cancellation);
            var putting = _test.Blobs.PutAsync(pipe.Reader, long.MaxValue, cancelling.Token);
            await cancelling.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await putting);
        }

        Assert.Equal(3_000_000, (await _test.PutAsync(RandomContent.Bytes(11, 3_000_000))).Value.SizeBytes);
    }

    [Fact]
    public async Task A_target_that_stops_reading_ends_the_copy()
    {
        var put = (await _test.PutAsync(RandomContent.Bytes(12, 3_000_000))).Value;
        var pipe = new Pipe();
        await pipe.Reader.CompleteAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(
            async () => await _test.Blobs.CopyToAsync(put.Id, 0, put.SizeBytes, pipe.Writer, Cancellation));
    }
}
