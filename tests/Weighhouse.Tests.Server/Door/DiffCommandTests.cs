using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Server.Door;

/// <summary>What <c>weigh diff</c> says of what is in files, at the terminal.</summary>
public sealed class DiffCommandTests : IDisposable
{
    private const string Stat =
        """
        M events.jsonl  3 rows: +2 -1 ~0
        M image.png  png 5x7 -> png 10x14, 29 B -> 29 B
        M labels.csv  3 rows: +1 -1 ~1
        M lie.npy  binary, 5 B -> 7 B
        M model.safetensors  4 tensors: 1 added, 1 removed, 1 renamed, 1 changed (20 B changed)
        A new.tsv  1 row: +1 -0 ~0
        M notes.md  3 lines: +1 -1
        D old.bin  binary, 10 B -> none

        """;

    private const string Statistics =
        """
        M model.safetensors  4 tensors: 1 added, 1 removed, 1 renamed, 1 changed (20 B changed)
            step: 100 -> 200
            added    new  F16[2]
            removed  gone  F32[1]
            renamed  was -> now  F32[3]
            changed  a  F32[2,2]
                     25 % of 4 changed; relative distance 0.1826, cosine 0.994, mean |d| 0.25, max |d| 1


        """;

    private const string Semantic =
        """
        M image.png  png 5x7 -> png 10x14, 29 B -> 29 B

        M labels.csv  3 rows: +1 -1 ~1
            rows matched by id (found)
            column label: 1 cell changed

        M lie.npy  binary, 5 B -> 7 B
            Its name ends in .npy, and its header cannot be read as such a file's: only sizes are compared.

        M notes.md  3 lines: +1 -1
            @@ -1,3 +1,3 @@
             one
            -two
            +2
             three


        """;

    private const string Rows =
        """
        M events.jsonl  3 rows: +2 -1 ~0
            rows compared whole: name the columns of a key with --key
            - x=1
            + x=3
            + x=3

        M labels.csv  3 rows: +1 -1 ~1
            rows matched by id (found)
            column label: 1 cell changed
            ~ 2  label: dog -> wolf
            - id=1  label=cat  score=0.5
            + id=4  label=fox  score=2


        """;

    /// <summary>On each side two rows have the same key: they are matched in their order, and it is said.</summary>
    private const string Ties =
        """
        M labels.csv  3 rows: +1 -1 ~2
            rows matched by score
            2 rows repeat the key of another
            column id: 2 cells changed, mean 2 -> 2
            column label: 2 cells changed
            ~ 1  id: 1 -> 2  label: cat -> dog
            ~ 1  id: 2 -> 3  label: dog -> cat
            - score=2  id=3  label=fox
            + score=3  id=1  label=fox


        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Differences_are_told_as_deep_as_asked()
    {
        await VersionsAsync(WriteOld, WriteNew);

        Assert.Equal(Stat, await DiffAsync("v1", "v2", "--stat"));
        Assert.Equal(Semantic, await DiffAsync("v1", "v2", "--semantic", "--path", "image.png", "labels.csv", "lie.npy", "notes.md"));
        Assert.Equal(Rows, await DiffAsync("v1", "v2", "--rows", "--path", "events.jsonl", "labels.csv"));
        Assert.Equal(Statistics, await DiffAsync("v1..v2", "--statistics", "--path", "model.safetensors"));
        using var json = JsonDocument.Parse(await DiffAsync("v1", "v2", "--rows", "-o", "json"));
        Assert.Equal(
            [
                "events.jsonl table 1 2", "image.png image", "labels.csv table 1 1", "lie.npy binary", "model.safetensors tensors",
                "new.tsv table 0 1", "notes.md text", "old.bin binary",
            ],
            json.RootElement.EnumerateArray().Select(static file => file.TryGetProperty("table", out var table)
                ? $"{Text(file, "path")} {Text(file, "kind")} {table.GetProperty("removedRows")} {table.GetProperty("addedRows")}"
                : $"{Text(file, "path")} {Text(file, "kind")}"));
    }

    [Fact]
    public async Task Rows_of_one_key_are_matched_in_their_order()
    {
        await VersionsAsync(
            work => File.WriteAllText(work["labels.csv"], "id,label,score\n1,cat,1\n2,dog,1\n3,fox,2\n"),
            work => File.WriteAllText(work["labels.csv"], "id,label,score\n2,dog,1\n3,cat,1\n1,fox,3\n"));

        Assert.Equal(Ties, await DiffAsync("v1", "v2", "--key", "score"));
    }

    [Fact]
    public async Task Files_that_lie_are_told_on_either_side_and_in_the_folder()
    {
        await VersionsAsync(work => WriteHostile(work, lies: false), work => WriteHostile(work, lies: true));
        string[] names =
            ["cut.npz", "far.safetensors", "huge.gguf", "long.safetensors", "many.npy", "model.onnx", "rows.jsonl", "zero.csv"];

        foreach (var sides in new string[][] { ["v1", "v2"], ["v2", "v1"] })
        {
            foreach (var depth in new[] { "--stat", "--rows", "--statistics" })
            {
                var told = await DiffAsync([.. sides, depth]);
                Assert.Equal(names, told.Split('\n').Where(static line => line.StartsWith("M ")).Select(static line => line.Split(' ')[1]));
            }
        }

        var semantic = await DiffAsync("v1", "v2", "--semantic");
        Assert.Contains("It was safetensors and is binary: only sizes can be compared.", semantic, StringComparison.Ordinal);
        Assert.Contains("It is no table: Line 2 is not JSON", semantic, StringComparison.Ordinal);
        WriteHostile(_folder["work"], lies: true, more: 1);
        Assert.Contains("cannot be read as such a file's", await DiffAsync("--statistics"), StringComparison.Ordinal);
    }

    private static string Text(JsonElement file, string name) => file.GetProperty(name).GetString()!;

    private async Task VersionsAsync(Action<Work> old, Action<Work> current)
    {
        await RunAsync("init", "-q", _folder["work"]);
        old(_folder["work"]);
        await RunAsync("commit", "-q", "-m", "one", "--tag", "v1", "-C", _folder["work"]);
        current(_folder["work"]);
        await RunAsync("commit", "-q", "-m", "two", "--tag", "v2", "-C", _folder["work"]);
    }

    private Task<string> DiffAsync(params string[] arguments) => RunAsync(["diff", .. arguments, "-C", _folder["work"]]);

    private static async Task<string> RunAsync(params string[] arguments)
    {
        var outcome = await WeighProcess.RunAsync(arguments);
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Errors));
        return outcome.Output;
    }

    private static void WriteOld(Work work)
    {
        File.WriteAllBytes(work["model.safetensors"], Safetensors(
            "100", ("a", "F32", "2,2", Floats(1, 2, 3, 4)), ("b", "F32", "2", Floats(1, 2)), ("gone", "F32", "1", Floats(7)),
            ("was", "F32", "3", Floats(5, 6, 7))));
        File.WriteAllText(work["labels.csv"], "id,label,score\n1,cat,0.5\n2,dog,0.25\n3,cat,1\n");
        File.WriteAllText(work["events.jsonl"], "{\"x\":1}\n{\"x\":2}\n");
        File.WriteAllText(work["notes.md"], "one\ntwo\nthree\n");
        File.WriteAllBytes(work["image.png"], Png(5, 7));
        File.WriteAllBytes(work["lie.npy"], [0, 1, .. "lie"u8]);
        File.WriteAllBytes(work["old.bin"], new byte[10]);
    }

    private static void WriteNew(Work work)
    {
        File.WriteAllBytes(work["model.safetensors"], Safetensors(
            "200", ("a", "F32", "2,2", Floats(1, 2, 3, 5)), ("b", "F32", "2", Floats(1, 2)), ("new", "F16", "2", new byte[4]),
            ("now", "F32", "3", Floats(5, 6, 7))));
        File.WriteAllText(work["labels.csv"], "id,label,score\n2,wolf,0.25\n3,cat,1\n4,fox,2\n");
        File.WriteAllText(work["events.jsonl"], "{\"x\":2}\n{\"x\":3}\n{\"x\":3}\n");
        File.WriteAllText(work["notes.md"], "one\n2\nthree\n");
        File.WriteAllBytes(work["image.png"], Png(10, 14));
        File.WriteAllBytes(work["lie.npy"], [0, 1, .. "a lie"u8]);
        File.Delete(work["old.bin"]);
        File.WriteAllText(work["new.tsv"], "a\tb\n1\t2\n");
    }

    /// <summary>Headers that claim what is not there, and files that end in the middle.</summary>
    private static void WriteHostile(Work work, bool lies, byte more = 0)
    {
        var sound = Safetensors("1", ("a", "F32", "2", Floats(1, 2)));
        byte[] far = Encoding.ASCII.GetBytes("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4000000000]}}");
        Put("far.safetensors", lies ? [.. Number(far.Length), .. far] : sound);
        Put("long.safetensors", lies ? [.. Number(long.MaxValue), .. "{\0"u8] : sound);
        Put("huge.gguf", [.. "GGUF"u8, 3, 0, 0, 0, .. Number(lies ? long.MaxValue : 0), .. Number(lies ? -1 : 0)]);
        var array = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({(lies ? "9999999999999" : "1")}, ), }}".PadRight(70);
        Put("many.npy", [0x93, .. "NUMPY"u8, 1, 0, 70, 0, .. Encoding.ASCII.GetBytes(array), 0, 0, 0, 0]);
        Put("cut.npz", [.. "PK\u0003\u0004"u8, .. new byte[lies ? 9 : 60]]);
        Put("model.onnx", lies ? [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0] : [0x08, 0x08]);
        Put("rows.jsonl", Encoding.ASCII.GetBytes(lies ? "{\"id\":1}\n{\"id\":" : "{\"id\":1}\n"));
        Put("zero.csv", lies ? [.. "id,a\n1,"u8, 0, 0] : [.. "id,a\n1,2\n"u8]);

        void Put(string name, byte[] bytes) => File.WriteAllBytes(work[name], more == 0 ? bytes : [.. bytes, more]);
    }

    private static byte[] Number(long value)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Floats(params float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private static byte[] Png(byte width, byte height) =>
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 0, width, 0, 0, 0, height, 0, 0, 0, 0, 0];

    private static byte[] Safetensors(string step, params (string Name, string Type, string Shape, byte[] Bytes)[] tensors)
    {
        var (header, at) = (new StringBuilder($"{{\"__metadata__\":{{\"step\":\"{step}\"}}"), 0);
        foreach (var (name, type, shape, bytes) in tensors)
        {
            header.Append($",\"{name}\":{{\"dtype\":\"{type}\",\"shape\":[{shape}],\"data_offsets\":[{at},{at + bytes.Length}]}}");
            at += bytes.Length;
        }

        var text = Encoding.ASCII.GetBytes(header.Append('}').ToString());
        return [.. Number(text.Length), .. text, .. tensors.SelectMany(static tensor => tensor.Bytes)];
    }

    /// <summary>A folder, and the files in it by name.</summary>
    private readonly record struct Work(string Folder)
    {
        public string this[string name] => Path.Combine(Folder, name);

        public static implicit operator Work(string folder) => new(folder);
    }
}
