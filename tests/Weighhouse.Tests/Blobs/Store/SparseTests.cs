using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Weighhouse.Blobs;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Blobs.Store;

/// <summary>Files with holes: cut like any other, at the price of what they hold.</summary>
public sealed class SparseTests(ITestOutputHelper output) : IDisposable
{
    private const int HoleMax = 3 << 20;

    private readonly StoreHouse _house = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _house.Dispose();

    [Theory]
    [InlineData(Start.Noise)]
    [InlineData(Start.Hole)]
    [InlineData(Start.Text)]
    [InlineData(Start.Tensors)]
    public async Task A_file_has_the_same_name_whether_its_zeros_are_holes_or_bytes(Start start)
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 6; round++)
        {
            var path = MakeSparse(random, start);
            var content = await File.ReadAllBytesAsync(path, Cancellation);
            var holeBytes = Holes.BytesOf(path);
            var sparse = Add(path);
            using var dense = new StoreHouse();
            Assert.Equal((await dense.AddAsync(content)).Id, sparse.Id);

            using (var target = File.OpenHandle(_house.File("out"), FileMode.Create, FileAccess.ReadWrite))
            {
                RandomAccess.Write(target, RandomContent.Bytes(random, 1 << 20), random.Next(content.Length));
                Assert.Null(_house.Store.WriteTo(sparse.Id, target, Cancellation).Error);
            }

            Assert.Equal(content, await File.ReadAllBytesAsync(_house.File("out"), Cancellation));
            Assert.Equal(content, await _house.ReadAsync(sparse.Id));
            output.WriteLine($"{content.Length} bytes, {holeBytes} in holes, {Holes.BytesOf(_house.File("out"))} again");
            if (start == Start.Hole) Assert.InRange(Holes.BytesOf(_house.File("out")), (holeBytes / 2) + 1, content.Length);
        }
    }

    [Fact]
    public void A_quarter_of_a_terabyte_of_nothing_takes_little_time_and_no_room()
    {
        const long size = 1L << 38;
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere holes are read");
        var path = _house.File("huge");
        using (var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write))
        {
            try
            {
                RandomAccess.SetLength(file, size);
                RandomAccess.Write(file, "the end"u8, size);
            }
            catch (IOException)
            {
                Assert.Skip("The file system has no files of this length.");
            }
        }

        var clock = Stopwatch.StartNew();
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var added = Add(path);
        using (var target = File.OpenHandle(_house.File("out"), FileMode.Create, FileAccess.ReadWrite))
        {
            Assert.Null(_house.Store.WriteTo(added.Id, target, Cancellation).Error);
            Assert.Equal(added.SizeBytes, RandomAccess.GetLength(target));
            Assert.True(_house.Store.Matches(added.Id, target, Cancellation));
            RandomAccess.Write(target, "x"u8, size / 8);
            Assert.False(_house.Store.Matches(added.Id, target, Cancellation));
        }

        output.WriteLine($"{clock.Elapsed.TotalSeconds:F2} s, {(GC.GetAllocatedBytesForCurrentThread() - allocated) / 1e6:F0} MB");
        Assert.InRange(Holes.BytesOf(_house.File("out")), size - (2 << 20), size);
        Assert.InRange(_house.Packs.Sum(static pack => new FileInfo(pack).Length), 0, 2 << 20);
        // A quarter of a terabyte read and hashed would be minutes.
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(60));
    }

    private BlobInfo Add(string path)
    {
        using var session = _house.Store.BeginWrite();
        var added = session.AddFile(path, Cancellation);
        Assert.Null(added.Error);
        Assert.Null(session.CommitAsync(Cancellation).AsTask().Result.Error);
        return added.Value;
    }

    /// <summary>Runs of noise and of nothing, of all lengths.</summary>
    private string MakeSparse(Random random, Start start)
    {
        var path = _house.File("sparse");
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        long position = 0;
        if (start == Start.Text)
        {
            Write(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 3_000).Select(row => $"{row},green\n"))));
        }
        else if (start == Start.Tensors)
        {
            var (first, second) = (random.Next(1, 8) << 20, (random.Next(1, 8) << 20) + 4096);
            var header = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
            {
                ["a"] = new { dtype = "U8", shape = new[] { first }, data_offsets = new[] { 0, first } },
                ["b"] = new { dtype = "U8", shape = new[] { second }, data_offsets = new[] { first, first + second } },
            });
            Write(BitConverter.GetBytes((long)header.Length));
            Write(header);
            var end = position + first + second;
            while (position < end)
            {
                position += random.Next(1, HoleMax);
                if (position < end) Write(RandomContent.Bytes(random, (int)Math.Min(end - position, RandomContent.PieceLength(random))));
            }

            RandomAccess.SetLength(file, end);
            return path;
        }
        else if (start == Start.Noise)
        {
            Write(RandomContent.Bytes(random, random.Next(1, 400_000)));
        }

        for (var run = 0; run < 6; run++)
        {
            position += random.Next(3) == 0 ? random.Next(1, HoleMax) : random.Next(1, HoleMax) & ~4095;
            Write(RandomContent.Bytes(random, RandomContent.PieceLength(random)));
        }

        RandomAccess.SetLength(file, position + random.Next(HoleMax));
        return path;

        void Write(byte[] bytes)
        {
            RandomAccess.Write(file, bytes, position);
            position += bytes.Length;
        }
    }

    public enum Start
    {
        Noise,
        Hole,
        Text,
        Tensors,
    }
}
