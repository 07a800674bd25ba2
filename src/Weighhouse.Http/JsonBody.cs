using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Http;

/// <summary>JSON bodies, read whole and never past a limit.</summary>
public static class JsonBody
{
    /// <summary>Enough for a form; endpoints that take batches name their own limit.</summary>
    public const int DefaultMaxBytes = 1 << 20;

    /// <summary>The body as <typeparamref name="T"/>. A wrong body is an error that says where it is wrong.</summary>
    public static async ValueTask<Result<T>> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> json, int maxBytes = DefaultMaxBytes)
        where T : class
    {
        var read = await ReadBytesAsync(context, maxBytes);
        if (!read.TryGet(out var body, out var error)) return error;
        using (body)
        {
            try
            {
                return JsonSerializer.Deserialize(body.Span, json) is { } value
                    ? value
                    : Error.Invalid("The body is null; send a JSON object.");
            }
            catch (JsonException exception)
            {
                return Wrong(exception);
            }
        }
    }

    /// <summary>The body's bytes in a pooled buffer; dispose it. For endpoints that parse with their own reader.</summary>
    public static async ValueTask<Result<PooledBody>> ReadBytesAsync(HttpContext context, int maxBytes)
    {
        var request = context.Request;
        if (!IsJson(request.ContentType))
            return Error.Invalid($"The content type is '{request.ContentType}'; send application/json.");
        return await PooledBody.ReadAsync(context, maxBytes);
    }

    public static Error Wrong(JsonException exception)
    {
        var place = exception.Path is null or "$" ? "" : $" at {exception.Path}";
        var position = exception.LineNumber is { } line ? $" (line {line + 1}, byte {exception.BytePositionInLine + 1})" : "";
        return Error.Invalid($"The body is not the JSON expected{place}{position}. Check its syntax, names and types.");
    }

    private static bool IsJson(string? contentType)
    {
        if (contentType is null) return false;
        var media = contentType.AsSpan();
        var end = media.IndexOf(';');
        if (end >= 0) media = media[..end];
        media = media.Trim();
        return media.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (media.StartsWith("application/", StringComparison.OrdinalIgnoreCase)
            && media.EndsWith("+json", StringComparison.OrdinalIgnoreCase));
    }
}

/// <summary>A body in a buffer of the shared pool.</summary>
public sealed class PooledBody : IDisposable
{
    private readonly int _length;
    private byte[]? _bytes;

    private PooledBody(byte[] bytes, int length)
    {
        _bytes = bytes;
        _length = length;
    }

    public ReadOnlySpan<byte> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(_bytes is null, this);
            return _bytes.AsSpan(0, _length);
        }
    }

    public ReadOnlyMemory<byte> Memory
    {
        get
        {
            ObjectDisposedException.ThrowIf(_bytes is null, this);
            return _bytes.AsMemory(0, _length);
        }
    }

    /// <summary>The request's body, whatever its content type; an error when it is larger than the limit.</summary>
    public static async ValueTask<Result<PooledBody>> ReadAsync(HttpContext context, int maxBytes)
    {
        if (context.Request.ContentLength > maxBytes) return TooLarge(maxBytes);
        var reader = context.Request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(context.RequestAborted);
            var buffer = result.Buffer;
            if (buffer.Length > maxBytes)
            {
                reader.AdvanceTo(buffer.End);
                return TooLarge(maxBytes);
            }

            if (result.IsCompleted)
            {
                var body = Copy(buffer);
                reader.AdvanceTo(buffer.End);
                return body;
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    public static PooledBody Copy(in ReadOnlySequence<byte> content)
    {
        var length = checked((int)content.Length);
        var bytes = ArrayPool<byte>.Shared.Rent(length);
        content.CopyTo(bytes);
        return new PooledBody(bytes, length);
    }

    public void Dispose()
    {
        if (_bytes is null) return;
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = null;
    }

    private static Error TooLarge(int maxBytes) =>
        Error.Invalid($"The body is larger than {maxBytes} bytes, the limit of this endpoint. Send less at once.");
}
