using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Weighhouse.Bench.Load;

/// <summary>
/// Unary gRPC calls one after another on one HTTP/2 connection over a bare socket, with no header compressed: as little client as there can
/// be, as <see cref="HttpLine"/> is for HTTP/1.1.
/// </summary>
internal sealed class GrpcLine : IDisposable
{
    private const int HeadBytes = 9;
    private const byte Data = 0, Headers = 1, Reset = 3, Settings = 4, Ping = 6, GoAway = 7, WindowUpdate = 8;
    private const byte EndStream = 1, Acknowledged = 1, EndHeaders = 4;
    private const int FrameBytesMax = 16_384;

    private readonly Socket _socket;
    private readonly byte[] _headers;
    private byte[] _buffer = new byte[1 << 17];
    private int _start, _end;
    private int _stream = -1;

    public GrpcLine(string host, int port, string method)
    {
        _socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _socket.Connect(host, port);
        _headers = Block(
            (":method", "POST"), (":scheme", "http"), (":path", method), (":authority", $"{host}:{port}"), ("te", "trailers"),
            ("content-type", "application/grpc"));
        var settings = new byte[6];
        settings[1] = 4;
        BinaryPrimitives.WriteInt32BigEndian(settings.AsSpan(2), int.MaxValue);
        var window = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(window, int.MaxValue - 65_535);
        _socket.Send([.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0, settings), .. Frame(WindowUpdate, 0, 0, window)]);
    }

    /// <summary>Calls, and returns the bytes of the answer's message; what has none has failed.</summary>
    public int Call(ReadOnlySpan<byte> message)
    {
        _stream += 2;
        Span<byte> prefix = stackalloc byte[5];
        prefix.Clear();
        BinaryPrimitives.WriteInt32BigEndian(prefix[1..], message.Length);
        var request = new MemoryStream(message.Length + _headers.Length + 64);
        request.Write(Frame(Headers, EndHeaders, _stream, _headers));
        byte[] body = [.. prefix, .. message];
        for (var at = 0; at < body.Length; at += FrameBytesMax)
        {
            var part = body.AsSpan(at, Math.Min(FrameBytesMax, body.Length - at));
            request.Write(Frame(Data, at + part.Length == body.Length ? EndStream : (byte)0, _stream, part));
        }

        var bytes = request.GetBuffer().AsSpan(0, (int)request.Length);
        while (bytes.Length > 0) bytes = bytes[_socket.Send(bytes)..];
        var answered = 0;
        while (!ReadFrame(ref answered))
        {
        }

        return answered > prefix.Length
            ? answered - prefix.Length
            : throw new InvalidOperationException("The gRPC call was answered without a message: it failed.");
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Whether it was the last of the answer.</summary>
    private bool ReadFrame(ref int answered)
    {
        Fill(HeadBytes);
        var head = _buffer.AsSpan(_start, HeadBytes);
        var length = (head[0] << 16) | (head[1] << 8) | head[2];
        var (type, flags, stream) = (head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head[5..]));
        Fill(HeadBytes + length);
        var payload = _buffer.AsSpan(_start + HeadBytes, length);
        _start += HeadBytes + length;
        if (type == Settings && (flags & Acknowledged) == 0) _socket.Send(Frame(Settings, Acknowledged, 0, default));
        if (type == Ping && (flags & Acknowledged) == 0) _socket.Send(Frame(Ping, Acknowledged, 0, payload));
        if (type is Reset or GoAway) throw new InvalidOperationException("The server ended the gRPC call.");
        if (stream != _stream) return false;
        if (type == Data) answered += length;
        return type is Data or Headers && (flags & EndStream) != 0;
    }

    private void Fill(int count)
    {
        if (_end - _start >= count) return;
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_end, _start) = (_end - _start, 0);
        }

        if (_buffer.Length < count) Array.Resize(ref _buffer, count);
        while (_end < count)
        {
            var read = _socket.Receive(_buffer.AsSpan(_end));
            if (read == 0) throw new InvalidOperationException("The server closed the connection within an answer.");
            _end += read;
        }
    }

    private static byte[] Frame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[HeadBytes + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        (frame[3], frame[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(HeadBytes));
        return frame;
    }

    /// <summary>Each header with its name and value as they are, neither in a table nor to be put into one.</summary>
    private static byte[] Block(params (string Name, string Value)[] headers)
    {
        var block = new MemoryStream();
        foreach (var (name, value) in headers)
        {
            block.WriteByte(0);
            foreach (var text in (string[])[name, value])
            {
                block.WriteByte((byte)text.Length);
                block.Write(Encoding.ASCII.GetBytes(text));
            }
        }

        return block.ToArray();
    }
}
