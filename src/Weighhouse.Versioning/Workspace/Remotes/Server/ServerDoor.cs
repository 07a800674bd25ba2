using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Serialization.Metadata;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Api;
using Weighhouse.Versioning.Transfer;
using Weighhouse.Versioning.Workspace.Session;

namespace Weighhouse.Versioning.Workspace.Remotes.Server;

/// <summary>The requests of docs/formats/push-pull.md, each once: whoever asks decides whether to ask again.</summary>
internal sealed class ServerDoor : IDisposable
{
    public const string Offset = "Upload-Offset";

    /// <summary>Answers that are read whole: a page of refs, a problem, a bitmap.</summary>
    private const int AnswerBytesMax = 4 << 20;

    private readonly HttpClient _http;
    private readonly WorkspaceEnvironment _environment;

    public ServerDoor(RemoteAddress address, WorkspaceEnvironment environment)
    {
        (Address, _environment) = (address, environment);
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = ServerLimits.ConnectTimeMax,
            MaxConnectionsPerServer = ServerLimits.PacksAtOnce * 2,
            // A token must not follow to wherever an answer points.
            AllowAutoRedirect = false,
            UseCookies = false,
        };
        _http = new HttpClient(handler)
        {
            BaseAddress = address.Server,
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = AnswerBytesMax,
        };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("weigh/" + typeof(ServerDoor).Assembly.GetName().Version);
        if (Token(address.Server, environment) is { } token)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public RemoteAddress Address { get; }

    public Attempts NewAttempts() => new(_environment.Time, _environment.Ids);

    public string NewPack() => _environment.Ids.Hex32();

    public Patience NewPatience(CancellationToken cancellation) => new(_environment.Time, cancellation);

    public ValueTask<Result<DoorView>> DescribeAsync(CancellationToken cancellation) =>
        ReadAsync(() => new(HttpMethod.Get, Address.Door), VersioningJson.Default.DoorView, cancellation);

    public ValueTask<Result<RefPage>> RefsAsync(string? page, CancellationToken cancellation)
    {
        var path = Address.Door + "/refs" + (page is null ? "" : "?page_token=" + Uri.EscapeDataString(page));
        return ReadAsync(() => new(HttpMethod.Get, path), VersioningJson.Default.RefPage, cancellation);
    }

    public async ValueTask<Result<Done>> CreateAsync(CancellationToken cancellation)
    {
        var body = new CreateRepositoryRequest(Address.Name, null, null, null, null);
        var made = await ReadAsync(
            () => new(HttpMethod.Post, "api/v1/repositories")
            {
                Content = JsonContent.Create(body, VersioningJson.Default.CreateRepositoryRequest),
            },
            VersioningJson.Default.RepositoryView, cancellation);
        return made.Map(static _ => Done.Value);
    }

    /// <summary>A bit for each id, lowest first: 1 where it must be sent.</summary>
    public async ValueTask<Result<byte[]>> MissingAsync(ReadOnlyMemory<byte> ids, CancellationToken cancellation)
    {
        var asked = await AskAsync(
            () => new(HttpMethod.Post, Address.Door + "/negotiate") { Content = new ReadOnlyMemoryContent(ids) }, cancellation);
        return asked.Map(static answer => answer.Body);
    }

    /// <summary>Where the pack stands on the server: 0 when nothing has arrived.</summary>
    public async ValueTask<Result<long>> StandsAsync(string pack, CancellationToken cancellation)
    {
        var asked = await AskAsync(() => new(HttpMethod.Head, $"{Address.Door}/packs/{pack}"), cancellation);
        return asked.TryGet(out var answer, out var error) ? OffsetOf(answer.Offset)
            : error.Code == ErrorCode.NotFound ? 0 : error;
    }

    /// <summary>Sends a part of a pack; returns where it then stands.</summary>
    public async ValueTask<Result<long>> SendPackAsync(string pack, long offset, HttpContent content, Patience patience)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"{Address.Door}/packs/{pack}") { Content = content };
        request.Headers.Add(Offset, offset.ToString(CultureInfo.InvariantCulture));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
        if (!(await OpenAsync(request, patience)).TryGet(out var answer, out var error)) return error;
        using (answer) return OffsetOf(Header(answer));
    }

    public async ValueTask<Result<Done>> ForgetAsync(string pack, CancellationToken cancellation)
    {
        var asked = await AskAsync(() => new(HttpMethod.Delete, $"{Address.Door}/packs/{pack}"), cancellation);
        return asked.Map(static _ => Done.Value);
    }

    public async ValueTask<Result<Done>> MoveAsync(RefsPushRequest moves, CancellationToken cancellation)
    {
        var asked = await AskAsync(
            () => new(HttpMethod.Post, Address.Door + "/refs")
            {
                Content = JsonContent.Create(moves, VersioningJson.Default.RefsPushRequest),
            },
            cancellation);
        return asked.Map(static _ => Done.Value);
    }

    /// <summary>A plan, or a part of one: an answer of any length, to be read as it comes.</summary>
    public async ValueTask<Result<HttpResponseMessage>> OpenAsync(string path, PlanRequest question, Patience patience)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Address.Door + path)
        {
            Content = JsonContent.Create(question, VersioningJson.Default.PlanRequest),
        };
        return await OpenAsync(request, patience);
    }

    /// <summary>What a network does to a request, as an error.</summary>
    public async ValueTask<Result<T>> GuardAsync<T>(Func<Task<T>> work, Patience patience)
    {
        try
        {
            return await work();
        }
        catch (HttpRequestException exception)
        {
            return ServerProblem.Unreachable(Address, exception);
        }
        catch (IOException exception)
        {
            return ServerProblem.Broken(Address, exception.Message);
        }
        catch (OperationCanceledException) when (!patience.IsGivenUp)
        {
            return ServerProblem.Broken(Address, $"nothing came for {ServerLimits.SilenceMax.TotalSeconds:0} seconds");
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>What a network does to a request that is being read, as an error.</summary>
    public async ValueTask<Result<T>> GuardAsync<T>(Func<Task<T>> work, CancellationToken cancellation)
    {
        try
        {
            return await work();
        }
        catch (HttpRequestException exception)
        {
            return ServerProblem.Unreachable(Address, exception);
        }
        catch (IOException exception)
        {
            return ServerProblem.Broken(Address, exception.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return ServerProblem.Broken(Address, $"nothing came for {ServerLimits.SilenceMax.TotalSeconds:0} seconds");
        }
    }

    /// <summary>
    /// The environment's token is for the server that the environment names; where it names none, for whichever is addressed. Else the one
    /// that <c>weigh login</c> kept.
    /// </summary>
    private static string? Token(Uri server, WorkspaceEnvironment environment)
    {
        if (environment.Variables("WEIGH_TOKEN") is { Length: > 0 } token
            && (environment.Variables("WEIGH_URL") is not { Length: > 0 } url
                || (Uri.TryCreate(url, UriKind.Absolute, out var named) && named.Authority == server.Authority)))
            return token;
        return environment.TokenOf?.Invoke(server);
    }

    private async ValueTask<Result<T>> ReadAsync<T>(
        Func<HttpRequestMessage> make, JsonTypeInfo<T> json, CancellationToken cancellation)
    {
        var asked = await AskAsync(make, cancellation);
        return asked.TryGet(out var answer, out var error) ? ServerProblem.Read(Address, answer.Body, json) : error;
    }

    /// <summary>A request with a short answer, which is read whole.</summary>
    private async ValueTask<Result<(byte[] Body, string? Offset)>> AskAsync(
        Func<HttpRequestMessage> make, CancellationToken cancellation)
    {
        using var patience = NewPatience(cancellation);
        using var request = make();
        if (!(await OpenAsync(request, patience)).TryGet(out var answer, out var error)) return error;
        using (answer)
        {
            var read = await GuardAsync(() => answer.Content.ReadAsByteArrayAsync(patience.Token), patience);
            return read.Map(body => (body, Header(answer)));
        }
    }

    private async ValueTask<Result<HttpResponseMessage>> OpenAsync(HttpRequestMessage request, Patience patience)
    {
        var sent = await GuardAsync(
            () => _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token), patience);
        if (!sent.TryGet(out var answer, out var error) || answer.IsSuccessStatusCode) return sent;
        using (answer)
        {
            var read = await GuardAsync(() => answer.Content.ReadAsByteArrayAsync(patience.Token), patience);
            return read.TryGet(out var bytes, out error) ? ServerProblem.Of(Address, answer, bytes) : error;
        }
    }

    private static string? Header(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues(Offset, out var values) ? values.FirstOrDefault() : null;

    private Result<long> OffsetOf(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            ? offset
            : ServerProblem.NotOurs(Address, $"an answer has no {Offset}");
}
