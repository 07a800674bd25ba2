using System.Buffers;
using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Wire.Inference;

/// <summary>A request's body, whole, in a buffer of the shared pool; whatever its content type, and unpacked if it was packed.</summary>
internal sealed class InferenceBody : IDisposable
{
    /// <summary>The field of the error that a body is too large: the doors answer 413.</summary>
    public const string TooLargeField = "body";

    private const int FirstRoom = 4_096;

    private byte[] _bytes;
    private int _length;
    private bool _isDisposed;

    private InferenceBody(byte[] bytes) => _bytes = bytes;

    /// <summary>Writable: tensors that lie in it are the model's inputs as they are.</summary>
    public Memory<byte> Memory => _bytes.AsMemory(0, _length);

    public static async ValueTask<Result<InferenceBody>> ReadAsync(HttpContext http, int maxBytes)
    {
        var length = http.Request.ContentLength;
        if (length > maxBytes) return TooLarge(maxBytes);
        var encoding = http.Request.Headers.ContentEncoding.ToString();
        if (encoding is not ("" or "identity" or "gzip" or "deflate"))
            return new Error(ErrorCode.InvalidArgument, $"The content encoding '{encoding}' is not known; send gzip, deflate or none.");
        var body = new InferenceBody(ArrayPool<byte>.Shared.Rent((int)(length ?? FirstRoom) + 1));
        try
        {
            var stream = encoding switch
            {
                "gzip" => new GZipStream(http.Request.Body, CompressionMode.Decompress),
                "deflate" => new ZLibStream(http.Request.Body, CompressionMode.Decompress),
                _ => http.Request.Body,
            };
            if (await body.FillAsync(stream, maxBytes, http.RequestAborted)) return body;
            body.Dispose();
            return TooLarge(maxBytes);
        }
        catch (InvalidDataException exception)
        {
            body.Dispose();
            return Error.Invalid($"The body is not {encoding}: {exception.Message}");
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        ArrayPool<byte>.Shared.Return(_bytes);
    }

    private static Error TooLarge(int maxBytes) => new(
        ErrorCode.LimitExceeded, $"The body is larger than {maxBytes} bytes, the limit of a prediction. Send less at once.", TooLargeField);

    private async ValueTask<bool> FillAsync(Stream stream, int maxBytes, CancellationToken cancellation)
    {
        while (true)
        {
            if (_length == _bytes.Length) Grow(maxBytes);
            var read = await stream.ReadAsync(_bytes.AsMemory(_length), cancellation);
            if (read == 0) return true;
            _length += read;
            if (_length > maxBytes) return false;
        }
    }

    private void Grow(int maxBytes)
    {
        var more = ArrayPool<byte>.Shared.Rent((int)Math.Min(2L * _bytes.Length, maxBytes + 1L));
        _bytes.AsSpan(0, _length).CopyTo(more);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = more;
    }
}
