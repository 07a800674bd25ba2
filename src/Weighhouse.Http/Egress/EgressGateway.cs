using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Logging;
using Weighhouse.Kernel;

namespace Weighhouse.Http.Egress;

/// <summary>
/// Looks a name up once, judges every address that it has, and connects to those that were judged and to nothing else: a name that has
/// another address a moment later leads nowhere.
/// </summary>
internal sealed class EgressGateway : IEgress, IDisposable
{
    private static readonly HttpRequestOptionsKey<IPAddress[]> Judged = new("weighhouse.egress.addresses");

    private readonly EgressOptions _options;
    private readonly EgressRules _rules;
    private readonly AddressResolver _resolve;
    private readonly TimeProvider _time;
    private readonly ILogger<EgressGateway> _log;
    private readonly HttpMessageInvoker _http;
    private readonly SemaphoreSlim _calls;

    public EgressGateway(EgressOptions options, AddressResolver resolve, TimeProvider time, ILogger<EgressGateway> log)
    {
        (_options, _resolve, _time, _log) = (options, resolve, time, log);
        _rules = new EgressRules(options.AllowedPrivate);
        _calls = new SemaphoreSlim(options.CallsMax);
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = ConnectAsync,
            // A connection that was kept would be one that nobody judged for the call that finds it.
            PooledConnectionLifetime = TimeSpan.Zero,
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            PreAuthenticate = false,
            AutomaticDecompression = DecompressionMethods.None,
            // Ids of our requests are not for others.
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = options.AnswerHeaderKibMax,
            MaxResponseDrainSize = 0,
            ResponseDrainTimeout = TimeSpan.Zero,
        });
    }

    public Result<Uri> Check(string url) => _rules.Check(url);

    public async Task<Result<EgressAnswer>> CallAsync(EgressCall call, CancellationToken cancellation)
    {
        if (!_rules.Check(call.Url).TryGet(out var url, out var error)) return error;
        if (call.Body.Length > _options.BodyBytesMax)
            return Error.Invalid($"The call would send {call.Body.Length} bytes; the limit is {_options.BodyBytesMax}.", "body");
        var begun = _time.GetTimestamp();
        using var patience = new CancellationTokenSource(_options.CallTimeMax, _time);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            await _calls.WaitAsync(ends.Token);
            try
            {
                if (!(await AddressesAsync(url, ends.Token)).TryGet(out var addresses, out error)) return error;
                return await SendAsync(call, url, addresses, begun, ends.Token);
            }
            finally
            {
                _calls.Release();
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return Unreachable($"did not answer within {_options.CallTimeMax.TotalSeconds:0.#} s");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException or AuthenticationException)
        {
            EgressLog.Failed(_log, EgressRules.HostOf(url), exception);
            return Unreachable(WordOf(exception));
        }

        Error Unreachable(string what) => new(ErrorCode.Unavailable, $"{EgressRules.HostOf(url)} {what}.");
    }

    public void Dispose()
    {
        _http.Dispose();
        _calls.Dispose();
    }

    private async Task<Result<IPAddress[]>> AddressesAsync(Uri url, CancellationToken cancellation)
    {
        var addresses = EgressRules.Literal(url) is { } literal
            ? [literal]
            : await _resolve(EgressRules.HostOf(url), cancellation).WaitAsync(cancellation);
        if (addresses.Length == 0) return new Error(ErrorCode.Unavailable, $"{EgressRules.HostOf(url)} has no address.");
        if (_rules.MayConnect(url, addresses) is not { } refused) return addresses[..Math.Min(addresses.Length, _options.AddressesMax)];
        EgressLog.Refused(_log, EgressRules.HostOf(url), string.Join(", ", addresses.Take(_options.AddressesMax)));
        return refused;
    }

    private async Task<Result<EgressAnswer>> SendAsync(
        EgressCall call, Uri url, IPAddress[] addresses, long begun, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(call.Method, url)
        {
            Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Options.Set(Judged, addresses);
        if (call.Body.Length > 0 || call.ContentType is not null)
        {
            request.Content = new ReadOnlyMemoryContent(call.Body);
            if (call.ContentType is not null) request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(call.ContentType);
        }

        foreach (var (name, value) in call.Headers) request.Headers.Add(name, value);
        request.Headers.ConnectionClose = true;
        using var answer = await _http.SendAsync(request, cancellation);
        var (body, isCut) = await ReadAsync(answer.Content, Math.Min(call.AnswerBytesMax, _options.AnswerBytesMax), cancellation);
        return new EgressAnswer((int)answer.StatusCode, body, isCut, _time.GetElapsedTime(begun));
    }

    private static async Task<(byte[] Body, bool IsCut)> ReadAsync(HttpContent content, int bytesMax, CancellationToken cancellation)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellation);
        // One byte more than is wanted tells whether there is more.
        var buffer = new byte[bytesMax + 1];
        var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        return (buffer[..Math.Min(read, bytesMax)], read > bytesMax);
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        if (!context.InitialRequestMessage.Options.TryGetValue(Judged, out var addresses))
            throw new InvariantException("A connection was asked for whose addresses nobody judged.");
        SocketException? last = null;
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            using var patience = new CancellationTokenSource(_options.ConnectTimeMax, _time);
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, context.DnsEndPoint.Port), ends.Token);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException exception)
            {
                socket.Dispose();
                last = exception;
            }
            catch (OperationCanceledException)
            {
                socket.Dispose();
                if (cancellation.IsCancellationRequested) throw;
                last = new SocketException((int)SocketError.TimedOut);
            }
        }

        throw last!;
    }

    /// <summary>Enough to mend an address by, and nothing of what was found there.</summary>
    private static string WordOf(Exception exception) => exception switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } or AuthenticationException =>
            "has no certificate that can be believed",
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => "answers with too many headers",
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ResponseEnded } or IOException =>
            "answers with something that is not HTTP",
        _ => "cannot be reached",
    };
}
