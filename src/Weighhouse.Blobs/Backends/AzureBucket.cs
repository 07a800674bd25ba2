using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Backends;

/// <summary>
/// A container of Azure Blob, by the few verbs of its REST interface that a store needs. What fails in passing is sent again with waits
/// that double, with jitter.
/// </summary>
internal sealed class AzureBucket : IBucket
{
    private const int DeletesAtOnce = 8;
    private const int WaitMsMin = 100, WaitMsMax = 5_000;

    private readonly HttpClient _client;
    private readonly AzureSigning _signing;
    private readonly string _container;
    private readonly BucketOptions _options;
    private readonly IdGenerator _chance;

    public AzureBucket(BucketUrl url, BucketOptions options, string account, byte[] key, IdGenerator chance)
    {
        (_options, _chance) = (options, chance);
        _signing = new AzureSigning(account, key);
        var endpoint = options.Endpoint?.AbsoluteUri.TrimEnd('/') ?? $"https://{account}.blob.core.windows.net";
        _container = $"{endpoint}/{url.Bucket}";
        Name = $"azure://{url.Bucket} at {new Uri(endpoint).Authority}";
        _client = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            Timeout = options.RequestTimeLimit,
        };
    }

    public string Name { get; }

    public async Task PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        using var answer = await AskAsync(
            () =>
            {
                var request = new HttpRequestMessage(HttpMethod.Put, AddressOf(key)) { Content = Body(content) };
                request.Headers.Add("x-ms-blob-type", "BlockBlob");
                return request;
            },
            cancellation);
    }

    public Task<IBucketUpload> BeginAsync(string key, CancellationToken cancellation) =>
        Task.FromResult<IBucketUpload>(new Upload(this, key));

    public async Task ReadAsync(string key, long offsetBytes, Memory<byte> target, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var answer = await AskAsync(
                    () =>
                    {
                        var request = new HttpRequestMessage(HttpMethod.Get, AddressOf(key));
                        request.Headers.Add("x-ms-range", string.Create(
                            CultureInfo.InvariantCulture, $"bytes={offsetBytes}-{offsetBytes + target.Length - 1}"));
                        return request;
                    },
                    cancellation);
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                limit.CancelAfter(_options.RequestTimeLimit);
                await using var body = await answer.Content.ReadAsStreamAsync(limit.Token);
                await body.ReadExactlyAsync(target, limit.Token);
                return;
            }
            // A body that breaks off is asked for again.
            catch (Exception failure) when (IsBroken(failure, cancellation))
            {
                if (attempt >= _options.AttemptsMax) throw AzureErrors.Unreachable(failure, Name);
            }
        }
    }

    public Task DeleteAsync(IReadOnlyList<string> keys, CancellationToken cancellation) => Parallel.ForEachAsync(
        keys,
        new ParallelOptions { MaxDegreeOfParallelism = DeletesAtOnce, CancellationToken = cancellation },
        async (key, token) =>
        {
            try
            {
                using var answer = await AskAsync(() => new HttpRequestMessage(HttpMethod.Delete, AddressOf(key)), token);
            }
            catch (FileNotFoundException)
            {
                // Another replica was faster.
            }
        });

    public async IAsyncEnumerable<BucketObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var next = "";
        do
        {
            var address = $"{_container}?restype=container&comp=list&prefix={Uri.EscapeDataString(prefix)}"
                + (next.Length > 0 ? $"&marker={Uri.EscapeDataString(next)}" : "");
            using var answer = await AskAsync(() => new HttpRequestMessage(HttpMethod.Get, address), cancellation);
            var page = XDocument.Parse(await answer.Content.ReadAsStringAsync(cancellation));
            foreach (var found in page.Descendants("Blob"))
            {
                var modified = DateTimeOffset.TryParse(
                    (string?)found.Element("Properties")?.Element("Last-Modified"), CultureInfo.InvariantCulture, out var at);
                // What has no time counts as new: it is not taken for litter.
                yield return new BucketObject((string)found.Element("Name")!, modified ? at : DateTimeOffset.MaxValue);
            }

            next = (string?)page.Root?.Element("NextMarker") ?? "";
        }
        while (next.Length > 0);
    }

    /// <summary>Blocks that were never made a blob go by themselves after a week.</summary>
    public Task AbortBeforeAsync(string prefix, DateTimeOffset before, CancellationToken cancellation) => Task.CompletedTask;

    public void Dispose() => _client.Dispose();

    private static ByteArrayContent Body(ReadOnlyMemory<byte> content)
    {
        var (array, offset, count) = Streams.ArrayOf(content);
        var body = new ByteArrayContent(array, offset, count);
#pragma warning disable CA5351 // A checksum against accidents; what guards against malice is the id of each object.
        body.Headers.ContentMD5 = MD5.HashData(content.Span);
#pragma warning restore CA5351
        return body;
    }

    private static bool IsBroken(Exception failure, CancellationToken cancellation) =>
        failure is HttpRequestException or IOException and not FileNotFoundException or OperationCanceledException
        && !cancellation.IsCancellationRequested;

    private string AddressOf(string key) => $"{_container}/{Uri.EscapeDataString(key).Replace("%2F", "/", StringComparison.Ordinal)}";

    private async Task<HttpResponseMessage> AskAsync(Func<HttpRequestMessage> make, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var request = make();
                _signing.Sign(request);
                var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
                if (answer.IsSuccessStatusCode) return answer;
                var code = answer.Headers.TryGetValues("x-ms-error-code", out var codes) ? codes.FirstOrDefault() : null;
                var status = answer.StatusCode;
                answer.Dispose();
                if (!AzureErrors.IsPassing(status) || attempt >= _options.AttemptsMax) throw AzureErrors.Translate(status, code, Name);
            }
            catch (Exception failure) when (IsBroken(failure, cancellation))
            {
                if (attempt >= _options.AttemptsMax) throw AzureErrors.Unreachable(failure, Name);
            }

            var waitMs = Math.Min(WaitMsMax, WaitMsMin << attempt);
            await Task.Delay(TimeSpan.FromMilliseconds(waitMs / 2 + _chance.Below(waitMs / 2)), TimeProvider.System, cancellation);
        }
    }

    private sealed class Upload(AzureBucket bucket, string key) : IBucketUpload
    {
        private int _parts;

        public async Task PutPartAsync(int number, ReadOnlyMemory<byte> content, CancellationToken cancellation)
        {
            var address = $"{bucket.AddressOf(key)}?comp=block&blockid={Uri.EscapeDataString(IdOf(number))}";
            using var answer = await bucket.AskAsync(
                () => new HttpRequestMessage(HttpMethod.Put, address) { Content = Body(content) }, cancellation);
            Interlocked.Increment(ref _parts);
        }

        public async Task CompleteAsync(CancellationToken cancellation)
        {
            var list = new XElement("BlockList", Enumerable.Range(1, _parts).Select(number => new XElement("Latest", IdOf(number))));
            var text = Encoding.UTF8.GetBytes($"<?xml version=\"1.0\" encoding=\"utf-8\"?>{list}");
            using var answer = await bucket.AskAsync(
                () => new HttpRequestMessage(HttpMethod.Put, $"{bucket.AddressOf(key)}?comp=blocklist") { Content = Body(text) },
                cancellation);
        }

        public Task AbortAsync() => Task.CompletedTask;

        /// <summary>All of one length, as the service demands.</summary>
        private static string IdOf(int number) =>
            Convert.ToBase64String(Encoding.ASCII.GetBytes(number.ToString("d6", CultureInfo.InvariantCulture)));
    }
}
