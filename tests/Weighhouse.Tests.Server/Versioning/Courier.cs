using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning;
using Weighhouse.Versioning.Objects;
using Weighhouse.Versioning.Transfer;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;

namespace Weighhouse.Tests.Server.Versioning;

/// <summary>The other side of push and pull, written from docs/formats/push-pull.md and in no hurry.</summary>
internal sealed class Courier(VersioningServer server, IObjectStore store)
{
    private const string Door = $"/repos/{VersioningServer.Repo}";

    /// <summary>Round trips of negotiation so far.</summary>
    public int Negotiations { get; private set; }

    /// <summary>Bytes of packs sent so far.</summary>
    public long SentBytes { get; private set; }

    /// <summary>Pushes a commit whose parents the server has, in the two rounds of the protocol.</summary>
    public async Task<HttpResponseMessage> PushAsync(Digest commit, Digest? old, string name = "heads/main")
    {
        var missing = new List<Digest>();
        var (nodes, files) = Below(commit);
        missing.AddRange(await MissingAsync([commit, .. nodes, .. files]));
        var recipes = missing.Intersect(files).ToList();
        var chunks = recipes.SelectMany(file => Got(store.Recipe(file)).Chunks).Select(chunk => chunk.Id).Distinct().ToList();
        var pieces = await MissingAsync(chunks);
        var pack = Pack(pieces.Concat(recipes).Concat(missing.Intersect(nodes)).Concat(missing.Intersect([commit])).Distinct());
        using var sent = await UploadAsync(NewPack(), 0, pack);
        Assert.Equal(HttpStatusCode.NoContent, sent.StatusCode);
        return await MoveAsync(commit, old, name);
    }

    public async Task<HttpResponseMessage> MoveAsync(Digest commit, Digest? old, string name = "heads/main") => (await server.SendAsync(
        HttpMethod.Post, $"{Door}/refs",
        new
        {
            changes = new[] { new { name, old = old?.ToString(), @new = commit.ToString() } }, commits = new[] { commit.ToString() },
        })).Answer;

    public async Task<List<Digest>> MissingAsync(List<Digest> ids)
    {
        Negotiations++;
        var body = new byte[ids.Count * Digest.Size];
        for (var i = 0; i < ids.Count; i++) ids[i].CopyTo(body.AsSpan(i * Digest.Size));
        using var answer = await server.Client.PostAsync($"{Door}/negotiate", new ByteArrayContent(body), Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var bits = await answer.Content.ReadAsByteArrayAsync(Cancellation);
        return [.. ids.Where((_, i) => (bits[i / 8] >> (i % 8) & 1) != 0)];
    }

    public static string NewPack() => IdGenerator.Secure.Hex32();

    public async Task<HttpResponseMessage> UploadAsync(string pack, long offset, byte[] bytes)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"{Door}/packs/{pack}");
        request.Headers.Add("Upload-Offset", offset.ToString(CultureInfo.InvariantCulture));
        request.Content = new ByteArrayContent(bytes);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
        SentBytes += bytes.Length;
        return await server.Client.SendAsync(request, Cancellation);
    }

    /// <summary>Where the upload stands; null when the server knows nothing of it.</summary>
    public async Task<long?> StandsAsync(string pack)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, $"{Door}/packs/{pack}");
        using var answer = await server.Client.SendAsync(request, Cancellation);
        return answer.IsSuccessStatusCode
            ? long.Parse(answer.Headers.GetValues("Upload-Offset").Single(), CultureInfo.InvariantCulture)
            : null;
    }

    public byte[] Pack(IEnumerable<Digest> ids)
    {
        using var pack = new MemoryStream();
        pack.Write(WireRecord.Magic);
        var head = new byte[WireRecord.HeadBytes];
        foreach (var id in ids)
        {
            var stored = Got(store.ReadRaw(id));
            new WireRecord(id, stored.Info).WriteTo(head);
            pack.Write(head);
            pack.Write(stored.Stored.Span);
        }

        return pack.ToArray();
    }

    /// <summary>Everything the ids of which a commit leads to: nodes of trees, and files.</summary>
    public (HashSet<Digest> Nodes, HashSet<Digest> Files) Below(Digest commit)
    {
        var (nodes, files, trees) = (new HashSet<Digest>(), new HashSet<Digest>(), new TreeReader(store));
        var waiting = new Stack<Digest>([Got(CommitCodec.Load(store, commit)).Tree]);
        while (waiting.TryPop(out var id))
        {
            if (!nodes.Add(id)) continue;
            var node = Got(trees.Node(id));
            foreach (var part in node.Parts) waiting.Push(part.Id);
            foreach (var entry in node.Entries)
            {
                if (entry.Kind == EntryKind.Folder) waiting.Push(entry.Id);
                else files.Add(entry.Id);
            }
        }

        return (nodes, files);
    }

    /// <summary>The ids of a plan.</summary>
    public async Task<List<Digest>> PlanAsync(string[] want, params string[] have)
    {
        using var answer = await server.Client.PostAsync(
            $"{Door}/plan", System.Net.Http.Json.JsonContent.Create(new { want, have }), Cancellation);
        var bytes = await answer.Content.ReadAsByteArrayAsync(Cancellation);
        Assert.True(answer.IsSuccessStatusCode, System.Text.Encoding.UTF8.GetString(bytes));
        Assert.Equal(0, bytes.Length % TransferEndpoints.PlanEntryBytes);
        return [.. bytes.Chunk(TransferEndpoints.PlanEntryBytes).Select(entry => new Digest(entry.AsSpan(0, Digest.Size)))];
    }

    /// <summary>Fetches a part of a plan into the store; returns the ids in the order in which they came.</summary>
    public async Task<List<Digest>> FetchAsync(string[] want, string[] have, int from, int count, byte[]? lacking = null)
    {
        var body = new { want, have, lacking = lacking is null ? null : Convert.ToBase64String(lacking) };
        using var answer = await server.Client.PostAsync(
            $"{Door}/fetch?from={from}&count={count}", System.Net.Http.Json.JsonContent.Create(body), Cancellation);
        var bytes = await answer.Content.ReadAsByteArrayAsync(Cancellation);
        Assert.True(answer.IsSuccessStatusCode, System.Text.Encoding.UTF8.GetString(bytes));
        var ids = new List<Digest>();
        using var writer = store.BeginWrite();
        for (var at = WireRecord.Magic.Length; at < bytes.Length;)
        {
            var record = Got(WireRecord.Read(bytes.AsSpan(at, WireRecord.HeadBytes)));
            Got(writer.AddRaw(record.Id, record.Info, bytes.AsSpan(at + WireRecord.HeadBytes, record.Info.StoredBytes)));
            ids.Add(record.Id);
            at += WireRecord.HeadBytes + record.Info.StoredBytes;
        }

        Got(await writer.CommitAsync(Cancellation));
        return ids;
    }
}
