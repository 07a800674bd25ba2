using System.IO.Compression;
using System.Text;

namespace Weighhouse.Tests.Blobs.Tensors;

/// <summary>Makes small files of every kind whose headers decide the cuts.</summary>
internal static class TensorFiles
{
    public static byte[] Safetensors(Random random, params int[] lengths) => Safetensors(random, lengths, "");

    public static byte[] Safetensors(Random random, int[] lengths, string note)
    {
        var entries = new List<string> { $"\"__metadata__\":{{\"note\":\"{note}\"}}" };
        var offset = 0;
        for (var i = 0; i < lengths.Length; i++)
        {
            entries.Add($"\"layer.{i}\":{{\"dtype\":\"U8\",\"shape\":[{lengths[i]}],\"data_offsets\":[{offset},{offset + lengths[i]}]}}");
            offset += lengths[i];
        }

        var header = Encoding.UTF8.GetBytes("{" + string.Join(',', entries) + "}");
        return [.. BitConverter.GetBytes((long)header.Length), .. header, .. RandomContent.Bytes(random, offset)];
    }

    /// <summary>An array of floats.</summary>
    public static byte[] Npy(Random random, int rows, int columns)
    {
        var text = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {columns}), }}";
        text = text.PadRight((10 + text.Length + 64) / 64 * 64 - 11) + "\n";
        byte[] start = [0x93, .. "NUMPY"u8, 1, 0, .. BitConverter.GetBytes((ushort)text.Length), .. Encoding.Latin1.GetBytes(text)];
        return [.. start, .. RandomContent.Bytes(random, rows * columns * 4)];
    }

    public static byte[] Zip(CompressionLevel level, params (string Name, byte[] Content)[] entries)
    {
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var entry = zip.CreateEntry(name, level).Open();
                entry.Write(content);
            }
        }

        return stream.ToArray();
    }

    public static byte[] Gguf(Random random, params (string Name, long[] Shape, uint Type, int LengthBytes)[] tensors)
    {
        var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("GGUF"u8);
        writer.Write(3);
        writer.Write((long)tensors.Length);
        writer.Write(2L);
        Text("general.alignment");
        writer.Write(4);
        writer.Write(64);
        Text("tokenizer.tokens");
        writer.Write(9);
        writer.Write(8);
        writer.Write(5_000L);
        for (var i = 0; i < 5_000; i++) Text($"word {i}");
        long offset = 0;
        foreach (var (name, shape, type, length) in tensors)
        {
            Text(name);
            writer.Write(shape.Length);
            foreach (var size in shape.Reverse()) writer.Write(size);
            writer.Write(type);
            writer.Write(offset);
            offset = (offset + length + 63) / 64 * 64;
        }

        writer.Write(new byte[(64 - stream.Length % 64) % 64]);
        writer.Write(RandomContent.Bytes(random, (int)offset));
        return stream.ToArray();

        void Text(string text)
        {
            writer.Write((long)text.Length);
            writer.Write(Encoding.ASCII.GetBytes(text));
        }
    }

    /// <summary>A file of any kind, sometimes damaged.</summary>
    public static byte[] Any(Random random, int lengthMax)
    {
        var length = random.Next(1, lengthMax / 4);
        var file = random.Next(7) switch
        {
            0 => Safetensors(random, Enumerable.Range(0, random.Next(1, 9)).Select(_ => random.Next(length / 4)).ToArray()),
            1 => Npy(random, length / 8, 2),
            2 => Zip(
                CompressionLevel.NoCompression, ("a.npy", Npy(random, length / 8, 1)), ("b/data/0", RandomContent.Bytes(random, length))),
            3 => Zip(CompressionLevel.Fastest, ("a.txt", new byte[length]), ("b", RandomContent.Bytes(random, length))),
            4 => Gguf(random, ("a", [length / 8, 2], 0, length / 8 * 8), ("b", [16], 1, 32)),
            5 => RandomContent.Bytes(random, length).Select(value => (byte)(' ' + value % 64)).ToArray(),
            _ => RandomContent.Bytes(random, length),
        };
        if (random.Next(3) > 0) return file;
        for (var i = random.Next(20); i > 0; i--) file[random.Next(Math.Min(file.Length, 400))] = (byte)random.Next(256);
        return file[..random.Next(1, file.Length + 1)];
    }
}
