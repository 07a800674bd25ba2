using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Weighhouse.Bench.Tools;

/// <summary>
/// The files of the storage benchmark, the same bytes in every run: a checkpoint of a transformer and its fine-tuning, a table and its
/// edits, many
/// small images and the change of some.
/// </summary>
internal sealed class Workload(bool quick)
{
    private const int Width = 1_024;

    private int Layers => quick ? 4 : 19;

    private int Rows => quick ? 400_000 : 2_400_000;

    public int Images => quick ? 4_000 : 20_000;

    /// <summary>Bytes of the tensors that <see cref="Tune"/> changes.</summary>
    public long TunedBytes => Tensors().Where(static (_, i) => IsTuned(i)).Sum(static tensor => tensor.Bytes);

    private static bool IsTuned(int tensor) => tensor % 20 == 7;

    private sealed record Tensor(string Name, long[] Shape)
    {
        public long Bytes => Shape.Aggregate(4L, static (product, side) => product * side);
    }

    /// <summary>W1: random weights in safetensors; 1.1 GB, or a fifth of it when quick.</summary>
    public void Checkpoint(string path) => WriteCheckpoint(path, tuned: false);

    /// <summary>W2: a twentieth of the tensors differ, and the header is 64 bytes longer.</summary>
    public void Tune(string path) => WriteCheckpoint(path, tuned: true);

    /// <summary>W3: rows of numbers and words.</summary>
    public void Table(string path)
    {
        var random = new Noise(3);
        using var file = new StreamWriter(path, append: false, new UTF8Encoding(false), 1 << 20) { NewLine = "\n" };
        file.WriteLine("id,ts,x0,x1,x2,x3,x4,color,city,label");
        for (var row = 0; row < Rows; row++) file.WriteLine(Row(random, row));
    }

    /// <summary>W3b: 2,000 rows are inserted at ten places.</summary>
    public static void Insert(string path)
    {
        var lines = File.ReadAllLines(path);
        var random = new Noise(4);
        var places = Enumerable.Range(0, 10).Select(_ => 1 + random.Below(lines.Length - 1)).ToHashSet();
        using var file = new StreamWriter(path, append: false, new UTF8Encoding(false), 1 << 20) { NewLine = "\n" };
        for (var i = 0; i < lines.Length; i++)
        {
            if (places.Contains(i))
                for (var row = 0; row < 200; row++) file.WriteLine(Row(random, 90_000_000 + row));
            file.WriteLine(lines[i]);
        }
    }

    /// <summary>W3c: one per cent more at the end.</summary>
    public void Append(string path)
    {
        var random = new Noise(5);
        using var file = new StreamWriter(path, append: true, new UTF8Encoding(false)) { NewLine = "\n" };
        for (var row = 0; row < Rows / 100; row++) file.WriteLine(Row(random, 95_000_000 + row));
    }

    /// <summary>W4: small files that do not compress, in 200 folders, 14.5 KB on average.</summary>
    public void Pictures(string folder)
    {
        var random = new Noise(6);
        for (var i = 0; i < Images; i++)
        {
            var place = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"c{i % 200:000}"));
            if (i < 200) Directory.CreateDirectory(place);
            File.WriteAllBytes(Path.Combine(place, string.Create(CultureInfo.InvariantCulture, $"{i:00000}.jpg")), Picture(random));
        }
    }

    /// <summary>W4b: a hundred of them are other pictures.</summary>
    public void Touch(string folder)
    {
        var random = new Noise(7);
        for (var i = 0; i < 100; i++)
        {
            var number = random.Below(Images);
            var name = string.Create(CultureInfo.InvariantCulture, $"c{number % 200:000}/{number:00000}.jpg");
            File.WriteAllBytes(Path.Combine(folder, name), Picture(random));
        }
    }

    private static byte[] Picture(Noise random)
    {
        var bytes = new byte[4_000 + random.Below(21_000)];
        random.Fill(bytes);
        return bytes;
    }

    private static string Row(Noise random, int id) => string.Create(
        CultureInfo.InvariantCulture,
        $"{id},{1_700_000_000L + (2L * id)},{random.Normal():F6},{random.Normal():F6},{random.Normal():F6},{random.Normal():F6},"
        + $"{random.Normal():F6},{Colours[random.Below(5)]},city_{random.Below(5_000)},{random.Below(2)}");

    private static readonly string[] Colours = ["red", "green", "blue", "yellow", "violet"];

    private void WriteCheckpoint(string path, bool tuned)
    {
        var tensors = Tensors();
        var temporary = path + ".new";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
        {
            file.Write(Header(tensors, tuned ? "2000-" + new string('x', 60) : "1000"));
            var values = new float[1 << 18];
            for (var i = 0; i < tensors.Count; i++)
            {
                // Every twentieth tensor is of another training.
                var random = new Noise((ulong)(100 + i) + (tuned && IsTuned(i) ? 10_000UL : 0UL));
                for (var left = tensors[i].Bytes / 4; left > 0;)
                {
                    var part = values.AsSpan(0, (int)Math.Min(left, values.Length));
                    random.Weights(part);
                    file.Write(MemoryMarshal.AsBytes(part));
                    left -= part.Length;
                }
            }
        }

        File.Move(temporary, path, overwrite: true);
    }

    private List<Tensor> Tensors()
    {
        var tensors = new List<Tensor> { new("embed.weight", [32_000, Width]) };
        for (var i = 0; i < Layers; i++)
        {
            tensors.Add(new($"layers.{i}.attn.qkv", [3 * Width, Width]));
            tensors.Add(new($"layers.{i}.attn.out", [Width, Width]));
            tensors.Add(new($"layers.{i}.mlp.up", [4 * Width, Width]));
            tensors.Add(new($"layers.{i}.mlp.down", [Width, 4 * Width]));
            tensors.Add(new($"layers.{i}.ln1.weight", [Width]));
            tensors.Add(new($"layers.{i}.ln2.weight", [Width]));
        }

        return tensors;
    }

    private static byte[] Header(List<Tensor> tensors, string step)
    {
        var json = new StringBuilder($"{{\"__metadata__\":{{\"format\":\"pt\",\"step\":\"{step}\"}}");
        long offset = 0;
        foreach (var tensor in tensors)
        {
            json.Append(CultureInfo.InvariantCulture,
                $",\"{tensor.Name}\":{{\"dtype\":\"F32\",\"shape\":[{string.Join(',', tensor.Shape)}],");
            json.Append(CultureInfo.InvariantCulture, $"\"data_offsets\":[{offset},{offset + tensor.Bytes}]}}");
            offset += tensor.Bytes;
        }

        json.Append('}');
        while (json.Length % 8 != 0) json.Append(' ');
        var bytes = new byte[8 + json.Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, json.Length);
        Encoding.ASCII.GetBytes(json.ToString(), bytes.AsSpan(8));
        return bytes;
    }
}
