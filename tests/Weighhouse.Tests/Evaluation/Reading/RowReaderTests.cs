using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Weighhouse.Evaluation.Reading;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Evaluation.Reading;

public class RowReaderTests
{
    [Theory]
    [InlineData("rows.csv", "a,b\n1,\"x, y\"\n,z\n")]
    [InlineData("rows.csv", "\uFEFFa;b\r\n1;\"x, y\"\r\n;z")]
    [InlineData("rows.tsv", "a\tb\n1\tx, y\n\tz\n")]
    [InlineData("rows.jsonl", "{\"a\":1,\"b\":\"x, y\"}\n{\"a\":null,\"b\":\"z\"}\n")]
    [InlineData("rows.ndjson", "{\"a\":1,\"b\":\"x, y\"}\n\n{\"b\":\"z\"}")]
    public void Text_files_of_the_same_rows_read_alike(string name, string content)
    {
        using var reader = Open(Encoding.UTF8.GetBytes(content), name).Value;

        Assert.True(reader.Read().Value);
        Assert.True(reader.TryNumber(0, out var number));
        Assert.Equal((1, "x, y"), (number, reader.Text(1)));
        Assert.True(reader.Read().Value);
        Assert.True(reader.IsMissing(0));
        Assert.Equal("z", reader.Text(1));
        Assert.False(reader.Read().Value);
        Assert.Equal(["a", "b"], reader.Columns);
        Assert.Equal(2, reader.Row);
    }

    [Theory]
    [InlineData("rows.parquet", "Export it as .csv")]
    [InlineData("rows.txt", "does not say what it is")]
    public void Files_that_cannot_be_read_are_refused_with_a_cure(string name, string told)
    {
        Assert.Contains(told, Open([1, 2, 3], name).Error!.Message);
        Assert.Contains(told, RowReader.RefuseName(name)!.Message);
    }

    [Fact]
    public void What_is_no_JSON_is_told_with_its_line()
    {
        using var reader = Open("{\"a\":1}\n{\"a\":\n"u8.ToArray(), "rows.jsonl").Value;

        Assert.True(reader.Read().Value);
        Assert.Contains("Line 2 is not JSON", reader.Read().Error!.Message);
    }

    [Fact]
    public void Arrays_of_every_type_give_their_numbers()
    {
        foreach (var (type, bytes, expected) in new (string, byte[], double)[]
        {
            ("<f8", BitConverter.GetBytes(-1.5), -1.5), ("<f4", BitConverter.GetBytes(0.25f), 0.25),
                ("<f2", BitConverter.GetBytes((Half)2), 2),
            ("<i8", BitConverter.GetBytes(-7L), -7), ("<i4", BitConverter.GetBytes(-7), -7), ("<i2", BitConverter.GetBytes((short)-7), -7),
            ("|i1", [0xF9], -7), ("|u1", [0xF9], 249), ("<u2", BitConverter.GetBytes((ushort)65_000), 65_000), ("|b1", [1], 1),
            (">i4", [0, 0, 1, 2], 258), (">f8", Backwards(BitConverter.GetBytes(3.25)), 3.25),
        })
        {
            using var reader = Open(Npy(type, "(1,)", bytes), "rows.npy").Value;
            Assert.Equal(["values"], reader.Columns);
            Assert.True(reader.Read().Value);
            Assert.True(reader.TryNumber(0, out var number));
            Assert.Equal((type, expected), (type, number));
            Assert.False(reader.Read().Value);
        }
    }

    [Fact]
    public void A_matrix_is_a_column_for_each_of_its_own_in_either_order()
    {
        byte[] byRows = [.. new[] { 1, 2, 3, 4, 5, 6 }.SelectMany(BitConverter.GetBytes)];
        byte[] byColumns = [.. new[] { 1, 4, 2, 5, 3, 6 }.SelectMany(BitConverter.GetBytes)];

        foreach (var content in (byte[][])[Npy("<i4", "(2, 3)", byRows), Npy("<i4", "(2, 3)", byColumns, "True")])
        {
            using var reader = Open(content, "rows.npy").Value;
            Assert.Equal(["values[0]", "values[1]", "values[2]"], reader.Columns);
            reader.Read();
            reader.Read();
            Assert.Equal(["4", "5", "6"], Enumerable.Range(0, 3).Select(reader.Text));
        }
    }

    [Fact]
    public void An_archive_is_a_column_for_each_array()
    {
        var words = new byte[24];
        BinaryPrimitives.WriteInt32LittleEndian(words, 'x');
        BinaryPrimitives.WriteInt32LittleEndian(words.AsSpan(12), 'y');
        BinaryPrimitives.WriteInt32LittleEndian(words.AsSpan(16), 'z');
        var archive = Zip(("score", Npy("<f8", "(2,)", [.. BitConverter.GetBytes(0.5), .. BitConverter.GetBytes(double.NaN)])),
            ("word", Npy("<U3", "(2,)", words)));

        using var reader = Open(archive, "rows.npz").Value;
        Assert.Equal(["score", "word"], reader.Columns);
        reader.Read();
        Assert.Equal("x", reader.Text(1));
        reader.Read();
        Assert.True(reader.IsMissing(0));
        Assert.Equal("yz", reader.Text(1));
        Assert.Equal("row 2", reader.Place);
    }

    [Theory]
    [InlineData("|O", "(2,)", "another type")]
    [InlineData("<f8", "(3,)", "ends 8 bytes early")]
    [InlineData("<f8", "(900000000000,)", "at most 1000 values")]
    [InlineData("<f8", "(1, 1, 2)", "one or two dimensions")]
    [InlineData("<f8", "(2, 0)", "one or two dimensions")]
    public void Arrays_that_are_no_rows_are_refused(string type, string shape, string told) =>
        Assert.Contains(told, Open(Npy(type, shape, new byte[16]), "rows.npy").Error!.Message);

    [Fact]
    public void Archives_that_are_none_or_whose_arrays_differ_in_length_are_refused()
    {
        Assert.Contains("no archive", Open("PK but not really"u8.ToArray(), "rows.npz").Error!.Message);
        Assert.Contains("no array of NumPy", Open(Zip(("a", [1, 2, 3])), "rows.npz").Error!.Message);
        Assert.Contains("'b' has 1 rows and 'a' has 2",
            Open(Zip(("a", Npy("<f8", "(2,)", new byte[16])), ("b", Npy("<f8", "(1,)", new byte[8]))), "rows.npz").Error!.Message);
    }

    private static Result<RowReader> Open(byte[] content, string name) =>
        RowReader.Open(new MemoryStream(content), name, new ReadingLimits(1_000));

    private static byte[] Npy(string type, string shape, byte[] values, string byColumns = "False")
    {
        var header = Encoding.ASCII.GetBytes($"{{'descr': '{type}', 'fortran_order': {byColumns}, 'shape': {shape}, }}\n");
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)(header.Length & 0xFF), (byte)(header.Length >> 8), .. header, .. values];
    }

    private static byte[] Zip(params (string Name, byte[] Content)[] arrays)
    {
        using var written = new MemoryStream();
        using (var archive = new ZipArchive(written, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in arrays)
            {
                using var stream = archive.CreateEntry(name + ".npy").Open();
                stream.Write(content);
            }
        }

        return written.ToArray();
    }

    private static byte[] Backwards(byte[] bytes)
    {
        Array.Reverse(bytes);
        return bytes;
    }
}
