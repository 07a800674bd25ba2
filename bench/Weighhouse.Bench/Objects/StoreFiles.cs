using System.Runtime.InteropServices;
using System.Text;

namespace Weighhouse.Bench.Objects;

/// <summary>The workloads: a checkpoint of floats, a table, a folder of small files. The same for the same seed.</summary>
internal static class StoreFiles
{
    private const int TensorFloats = 1 << 20;

    /// <summary>A safetensors file of 4 MiB tensors of noise like weights; every 20th differs when <paramref name="tuned"/>.</summary>
    public static void Checkpoint(string path, int tensors, bool tuned)
    {
        var header = new StringBuilder($"{{\"__metadata__\":{{\"note\":\"{(tuned ? "a longer header than before" : "")}\"}}");
        for (var i = 0L; i < tensors; i++)
        {
            var (from, to) = (i * TensorFloats * 4, (i + 1) * TensorFloats * 4);
            header.Append($",\"layer.{i}\":{{\"dtype\":\"F32\",\"shape\":[1024,1024],\"data_offsets\":[{from},{to}]}}");
        }

        var text = Encoding.ASCII.GetBytes(header.Append('}').ToString());
        using var file = File.Create(path);
        file.Write(BitConverter.GetBytes((long)text.Length));
        file.Write(text);
        var values = new float[TensorFloats];
        for (var tensor = 0; tensor < tensors; tensor++)
        {
            var random = new Random(tuned && tensor % 20 == 7 ? 100_000 + tensor : tensor);
            // The sum of four is near enough to the bell of real weights, and quick.
            for (var i = 0; i < values.Length; i++)
            {
                var sum = random.NextSingle() + random.NextSingle() + random.NextSingle() + random.NextSingle();
                values[i] = 0.035f * (sum - 2);
            }

            file.Write(MemoryMarshal.AsBytes(values.AsSpan()));
        }
    }

    public static void Table(string path, long bytes)
    {
        var random = new Random(3);
        using var writer = new StreamWriter(path, append: false, Encoding.ASCII, 1 << 20);
        writer.Write("id,when,user,amount,score,country,label\n");
        string[] countries = ["DE", "FR", "NL", "PL", "ES", "IT"];
        for (long row = 0, written = 0; written < bytes; row++)
        {
            var line = $"{row},2026-{1 + random.Next(12):00}-{1 + random.Next(28):00},{random.Next(100_000)},"
                + $"{random.NextDouble() * 1000:F2},{random.NextDouble():F6},{countries[random.Next(6)]},{random.Next(2)}\n";
            writer.Write(line);
            written += line.Length;
        }
    }

    /// <summary>The table with 2,000 rows more in ten places, or with one in a hundred more at its end.</summary>
    public static void Insert(string path, string target, bool atEnd)
    {
        var lines = File.ReadAllLines(path);
        var random = new Random(4);
        using var writer = new StreamWriter(target, append: false, Encoding.ASCII, 1 << 20);
        for (var i = 0; i < lines.Length; i++)
        {
            writer.Write(lines[i] + "\n");
            if (!atEnd && i % (lines.Length / 10) == 100) Rows(200);
        }

        if (atEnd) Rows(lines.Length / 100);

        void Rows(int count)
        {
            // Above every number of the table: its first column is a key.
            for (var i = 0; i < count; i++)
            {
                var id = random.Next(1 << 30, int.MaxValue);
                writer.Write($"{id},2027-01-01,{random.Next(100_000)},{random.NextDouble() * 1000:F2},0.5,DE,1\n");
            }
        }
    }

    /// <summary>The table with another score in every row: the fifth column, as a model that was trained anew leaves it.</summary>
    public static void Rescore(string path, string target)
    {
        var random = new Random(6);
        using var writer = new StreamWriter(target, append: false, Encoding.ASCII, 1 << 20);
        foreach (var (number, line) in File.ReadLines(path).Index())
        {
            var cells = line.Split(',');
            if (number > 0) cells[4] = $"{random.NextDouble():F6}";
            writer.Write(string.Join(',', cells) + "\n");
        }
    }

    public static void Many(string folder, int files)
    {
        var random = new Random(5);
        for (var i = 0; i < files; i++)
        {
            var subfolder = Path.Combine(folder, $"{i % 200:000}");
            if (i < 200) Directory.CreateDirectory(subfolder);
            var content = new byte[random.Next(4_000, 25_000)];
            random.NextBytes(content);
            File.WriteAllBytes(Path.Combine(subfolder, $"{i:000000}.jpg"), content);
        }
    }
}
