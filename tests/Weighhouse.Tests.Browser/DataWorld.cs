using System.Buffers.Binary;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Weighhouse.Kernel;
using Weighhouse.TestKit;
using Weighhouse.Versioning;

namespace Weighhouse.Tests.Browser;

/// <summary>
/// A repository with a history of its own: branches, tags, a merge, files of every kind, and names and words that would run if a page let
/// them. It is committed in a folder whose objects are the server's, so that only the refs have to be sent.
/// </summary>
public sealed class DataWorld : IDisposable
{
    public const string Repository = "digits";
    public const string Empty = "untouched";
    public const string HostileName = "<img src=x onerror=alert(1)>.txt";
    public const string HostileMessage = "Look <script>document.title='ran'</script> here";

    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http;
    private readonly IWorkspace _workspace;
    private readonly List<Digest> _commits = [];

    private DataWorld(WeighProcess server)
    {
        _http = new HttpClient { BaseAddress = server.Url };
        var root = Directory.CreateDirectory(_folder["digits"]).FullName;
        _workspace = Got(VersioningModule.CreateWorkspace(root, null, "main", TimeProvider.System, IdGenerator.Secure, _ => null));
        Directory.CreateSymbolicLink(Path.Combine(_workspace.Records, "objects"), Path.Combine(server.DataFolder, "blobs"));
    }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<Digest> Commits => _commits;

    public string Root => _workspace.Root;

    public static async Task<DataWorld> CreateAsync(WeighProcess server)
    {
        var world = new DataWorld(server);
        const string description = "Drawn **digits** <script>alert(2)</script>";
        await world.PostAsync("/api/v1/repositories", new { name = Repository, description });
        await world.PostAsync("/api/v1/repositories", new { name = Empty });
        world.WriteFirst();
        await world.CommitAsync("First version", "v1");
        await world.CommitAsync("One more row", "v2", () => world.Append("labels/train.csv", "300,7,w1\n"));
        Got(await world._workspace.SwitchAsync(new SwitchRequest(null, "relabel", false, null, world.Root), new WorkProgress(), default));
        await world.CommitAsync("Relabel", null, () =>
        {
            world.Replace("labels/train.csv", "5,5,w5", "5,6,w5");
            world.Write("blob.bin", "\0there");
            File.Move(world.PathOf("model.safetensors"), world.PathOf("best.safetensors"));
        });
        Got(await world._workspace.SwitchAsync(new SwitchRequest("main", null, false, null, world.Root), new WorkProgress(), default));
        await world.CommitAsync(HostileMessage, null, () => world.Replace("train.py", "tanh", "sin"));
        await world.MergeAsync("relabel");
        Got(await world._workspace.SwitchAsync(new SwitchRequest("v1", "exp/aside", false, null, world.Root), new WorkProgress(), default));
        await world.CommitAsync("An experiment", null, () => world.Write("blob.bin", "\0here"));
        await world.PushAsync();
        await world.DescribeAsync();
        return world;
    }

    /// <summary>A branch that a test may do with as it likes.</summary>
    public async Task BranchAsync(string name, string start)
    {
        using var answer = await _http.PutAsJsonAsync(
            $"/api/v1/repositories/{Repository}/branches/{name}", new { commit = start }, JsonSerializerOptions.Default);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    private void WriteFirst()
    {
        Write("README.md", """
            # Digits
            Rows are in [labels](labels/train.csv). <script>document.title='ran'</script>

            <!-- for writers -->

            | Column | What it says |
            |---|---|
            | `writer` | Who wrote the digit: one of forty people, each with a pen of their own, in the order in which they came in |

            ![one](images/one.svg) ![spy](https://elsewhere.example/x.png) [bad](javascript:alert(1)) [out](../../../../etc/passwd)
            """);
        Write("labels/train.csv", "id,label,writer\n" + string.Concat(Enumerable.Range(0, 300).Select(i => $"{i},{i % 10},w{i % 40}\n")));
        Write("labels/notes.jsonl", string.Concat(Enumerable.Range(0, 20).Select(Note)));
        Write("train.py", string.Concat(Enumerable.Range(0, 40).Select(i => $"x{i} = tanh({i})  # <script>alert({i})</script>\n")));
        Write("page.html", "<h1>Page</h1><script>document.title='ran'</script>");
        Write("images/one.svg", "<svg xmlns='http://www.w3.org/2000/svg' width='90' height='90'><path d='M45 9V80' stroke='#333'/></svg>");
        Write(HostileName, "nothing");
        Write("blob.bin", "\0\u0001\u0002\u0003");
        File.WriteAllBytes(PathOf("model.safetensors"), Tensors());
    }

    private static string Note(int image) => $$"""{"image":{{image}},"note":"<b>{{image}}</b>"}""" + "\n";

    /// <summary>A safetensors file of two tensors.</summary>
    private static byte[] Tensors()
    {
        var header = Encoding.UTF8.GetBytes(
            """
            {"layer.bias":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},
            "layer.weight":{"dtype":"F32","shape":[4,8],"data_offsets":[16,144]}}
            """);
        var bytes = new byte[8 + header.Length + 144];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, header.Length);
        header.CopyTo(bytes, 8);
        for (var i = 8 + header.Length; i < bytes.Length; i++) bytes[i] = (byte)(i & 0x3f);
        return bytes;
    }

    private async Task CommitAsync(string message, string? tag, Action? change = null)
    {
        change?.Invoke();
        var made = Got(await _workspace.CommitAsync(
            new CommitRequest(message, All: true, Tag: tag) { Author = new CommitAuthor("Ann <b>", "ann@example.org") }, Root,
            new WorkProgress(), default));
        _commits.Add(made.Commit!.Value);
    }

    private async Task MergeAsync(string branch)
    {
        var merged = Got(await _workspace.MergeAsync(new WorkspaceMerge(branch, MergeStrategy.Fail), new WorkProgress(), default));
        _commits.Add(merged.Head!.Value);
    }

    private async Task PushAsync()
    {
        var refs = Got(await _workspace.RefsAsync("", default)).Where(found => found.Kind is not RefKind.Hidden);
        await PostAsync($"/repos/{Repository}/refs", new
        {
            changes = refs.Select(found => new { name = found.Name, old = (string?)null, @new = found.Commit.ToString() }),
            commits = _commits.Select(commit => commit.ToString()),
        });
    }

    /// <summary>One entry of the catalogue with all there is to say, one with little, and words that would run.</summary>
    private async Task DescribeAsync()
    {
        await SayAsync("labels", new
        {
            description = "Who drew **which** digit. <script>document.title='ran'</script>",
            owner = "Ann",
            source = "https://example.org/digits",
            licence = "CC-BY-4.0",
            tags = new[] { "vision", "<b>handwriting</b>" },
            freshForMs = (long)TimeSpan.FromDays(1).TotalMilliseconds,
        });
        await SayAsync("best.safetensors", new { source = "javascript:alert(1)" });
    }

    private async Task SayAsync(string path, object note)
    {
        using var answer = await _http.PatchAsJsonAsync(
            $"/api/v1/repositories/{Repository}/catalogue?path={path}", note, JsonSerializerOptions.Default);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {await answer.Content.ReadAsStringAsync()}");
    }

    private async Task PostAsync(string path, object body)
    {
        using var answer = await _http.PostAsJsonAsync(path, body, JsonSerializerOptions.Default);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {await answer.Content.ReadAsStringAsync()}");
    }

    private string PathOf(string path) => Path.Combine(Root, path);

    private void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        File.WriteAllText(PathOf(path), content);
    }

    private void Append(string path, string text) => File.AppendAllText(PathOf(path), text);

    private void Replace(string path, string old, string changed) =>
        Write(path, File.ReadAllText(PathOf(path)).Replace(old, changed, StringComparison.Ordinal));

    private static T Got<T>(Result<T> result) => 
        result.TryGet(out var value, out var error) ? value : throw new InvalidOperationException(error.Message);
}
