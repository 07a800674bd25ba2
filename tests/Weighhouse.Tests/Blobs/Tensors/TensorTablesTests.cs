using System.IO.Compression;
using System.Text;
using Weighhouse.Blobs;

namespace Weighhouse.Tests.Blobs.Tensors;

public sealed class TensorTablesTests(ITestOutputHelper output)
{
    [Fact]
    public void Safetensors_are_read()
    {
        var file = TensorFiles.Safetensors(new Random(1), 100_000, 50);

        var table = Read(file)!;

        Assert.Equal("safetensors", table.Format);
        Assert.Equal(
            [("layer.0", "U8", 100_000L, file.Length - 100_050L), ("layer.1", "U8", 50L, file.Length - 50L)],
            table.Tensors.Select(tensor => (tensor.Name, tensor.DataType, tensor.LengthBytes, tensor.OffsetBytes)));
        Assert.Equal([100_000], table.Tensors[0].Shape);
    }

    [Fact]
    public void An_array_of_numpy_is_read()
    {
        var tensor = Assert.Single(Read(TensorFiles.Npy(new Random(1), 30, 7))!.Tensors);

        Assert.Equal(("<f4", 128L, 840L), (tensor.DataType, tensor.OffsetBytes, tensor.LengthBytes));
        Assert.Equal([30, 7], tensor.Shape);
    }

    [Fact]
    public void Stored_archives_are_read_and_compressed_entries_passed_over()
    {
        var (first, second) = (TensorFiles.Npy(new Random(1), 50_000, 3), RandomContent.Bytes(2, 80_000));
        var file = TensorFiles.Zip(
            CompressionLevel.NoCompression, ("w.npy", first), ("archive/data/0", second), ("archive/data.pkl", [1, 2]));

        var table = Read(file)!;

        Assert.Equal(["w", "archive/data/0"], table.Tensors.Select(tensor => tensor.Name));
        Assert.Equal(first[128..], Bytes(file, table.Tensors[0]));
        Assert.Equal([50_000, 3], table.Tensors[0].Shape);
        Assert.Equal(second, Bytes(file, table.Tensors[1]));
        Assert.Null(Read(TensorFiles.Zip(CompressionLevel.Optimal, ("w.npy", first))));
    }

    [Fact]
    public void Gguf_is_read_behind_a_long_table_of_words()
    {
        var file = TensorFiles.Gguf(new Random(1), ("output", [64, 256], 12, 64 * 144), ("norm", [300], 0, 1_200));

        var table = Read(file)!;

        Assert.Equal(
            [("output", "Q4_K", 9_216L), ("norm", "F32", 1_200L)],
            table.Tensors.Select(tensor => (tensor.Name, tensor.DataType, tensor.LengthBytes)));
        Assert.Equal([64, 256], table.Tensors[0].Shape);
        Assert.Equal(0, table.Tensors[0].OffsetBytes % 64);
        Assert.Equal(file.Length, table.Tensors[1].OffsetBytes + 1_216);
    }

    [Theory]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,9223372036854775807]}}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,4]}}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-8,4]}}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,1e99]}}")]
    [InlineData("{\"a\":{\"dtype\":7,\"shape\":[1],\"data_offsets\":[0,4]}}")]
    [InlineData("{\"a\":[[[[[[[[[[[[1]]]]]]]]]]]]}")]
    [InlineData("{\"a\":")]
    public void A_header_that_lies_is_no_header(string json)
    {
        var header = Encoding.UTF8.GetBytes(json);
        Assert.Null(Read([.. BitConverter.GetBytes((long)header.Length), .. header, .. new byte[100]]));
    }

    [Theory]
    [InlineData(ulong.MaxValue, 1UL)]
    [InlineData(1UL, ulong.MaxValue)]
    [InlineData(1UL << 62, 0UL)]
    public void Giant_counts_cost_nothing(ulong tensors, ulong values)
    {
        byte[] file = [.. "GGUF"u8, 3, 0, 0, 0, .. BitConverter.GetBytes(tensors), .. BitConverter.GetBytes(values), .. new byte[100_000]];
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Null(Read(file));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
    }

    [Fact]
    public void Rubbish_is_survived()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            var file = TensorFiles.Any(random, 200_000);
            var table = Read(file);
            Assert.All(table?.Tensors ?? [], tensor => Assert.InRange(tensor.OffsetBytes + tensor.LengthBytes, 0, file.Length));
        }
    }

    private static byte[] Bytes(byte[] file, TensorInfo tensor) =>
        file[(int)tensor.OffsetBytes..(int)(tensor.OffsetBytes + tensor.LengthBytes)];

    private static TensorTable? Read(byte[] file) => TensorTables.Read(new MemoryStream(file));
}
