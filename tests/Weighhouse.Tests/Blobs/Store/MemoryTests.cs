using System.IO.Pipelines;
using Weighhouse.Blobs;

namespace Weighhouse.Tests.Blobs.Store;

/// <summary>Counts what the whole process allocates, so nothing may run beside it.</summary>
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
[Collection(nameof(MemoryTests))]
public sealed class MemoryTests : IDisposable
{
    private readonly StoreHouse _test = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _test.Dispose();

    [Fact]
    public void Small_objects_do_not_wait_in_memory_until_there_are_megabytes_of_their_bytes()
    {
        using var session = _test.Store.BeginSession();
        for (var i = 0; i < 300_000; i++) session.AddObject(ObjectKind.Tree, BitConverter.GetBytes(i));

        // Each takes 200 bytes there, for the four it has.
        Assert.InRange(session.WaitingCount, 0, 100_000);
    }

    [Fact]
    public async Task Memory_does_not_grow_with_the_file()
    {
        const int length = 64 << 20;
        await _test.PutAsync(RandomContent.Bytes(13, 3_000_000));
        var block = RandomContent.Bytes(14, 16 << 10);
        var pipe = new Pipe();
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var feeding = Task.Run(
            async () =>
            {
                for (var sent = 0; sent < length; sent += block.Length) await pipe.Writer.WriteAsync(block, Cancellation);
                await pipe.Writer.CompleteAsync();
            },
            Cancellation);
        var put = (await _test.Blobs.PutAsync(pipe.Reader, long.MaxValue, Cancellation)).Value;
        await feeding;
        await _test.Blobs.CopyToAsync(put.Id, 0, length, PipeWriter.Create(Stream.Null), Cancellation);

        Assert.Equal(length, put.SizeBytes);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 24 << 20);
    }
}
