using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Weighhouse.Bench.Load;

/// <summary>
/// One keep-alive HTTP/1.1 connection over a bare socket: on two cores a full client would take from the server what is to be measured.
/// </summary>
internal sealed class HttpLine : IDisposable
{
    private const int PageBytes = 4096;

    private Socket _socket;
    private byte[] _buffer = new byte[1 << 16];
    private int _filled;
    private bool _isOver;

    public HttpLine(Uri server)
    {
        Server = server;
        _socket = Connect(server);
    }

    public Uri Server { get; }

    /// <summary>The whole request as bytes, to be built before the clock starts.</summary>
    /// <param name="header">One more, as it is to stand there.</param>
    public static byte[] Request(
        Uri server, string method, string path, ReadOnlySpan<byte> body = default, string contentType = "application/json",
        string? header = null)
    {
        var head =
            $"{method} {path} HTTP/1.1\r\nHost: {server.Authority}\r\nContent-Type: {contentType}\r\nContent-Length: {body.Length}\r\n"
            + (header is null ? "\r\n" : header + "\r\n\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }

    /// <summary>Sends and reads the answer. The body is valid until the next call.</summary>
    public Answer Send(ReadOnlySpan<byte> request)
    {
        if (_isOver) Reconnect();
        _filled = 0;
        SendAll(request);
        var headEnd = ReadUntil("\r\n\r\n"u8, 0);
        var head = _buffer.AsSpan(0, headEnd);
        // Small servers in Python end the connection with each answer.
        _isOver = Ascii.EqualsIgnoreCase(Header(head, "\r\nconnection:"u8), "close"u8);
        var status = int.Parse(head.Slice(9, 3), CultureInfo.InvariantCulture);
        var start = headEnd + 4;
        if (Header(head, "\r\ncontent-length:"u8) is { Length: > 0 } length)
        {
            var total = start + int.Parse(length, CultureInfo.InvariantCulture);
            ReadTo(total);
            return new Answer(status, _buffer.AsMemory(start, total - start));
        }

        return Header(head, "\r\ntransfer-encoding:"u8).SequenceEqual("chunked"u8)
            ? new Answer(status, ReadChunks(start))
            : new Answer(status, default);
    }

    /// <summary>Sends and reads the answer's head alone: of a HEAD, or of an answer that is then broken off.</summary>
    public int Status(ReadOnlySpan<byte> request)
    {
        _filled = 0;
        SendAll(request);
        ReadUntil("\r\n\r\n"u8, 0);
        return int.Parse(Encoding.ASCII.GetString(_buffer, 9, 3), CultureInfo.InvariantCulture);
    }

    /// <summary>Streams a body of blocks no two of which are alike; returns the status.</summary>
    public int Upload(string path, byte[] block, int blocks)
    {
        var length = (long)block.Length * blocks;
        SendAll(Encoding.ASCII.GetBytes(
            $"PUT {path} HTTP/1.1\r\nHost: {Server.Authority}\r\nContent-Type: application/octet-stream\r\nContent-Length: "
            + $"{length}\r\n\r\n"));
        for (var i = 0; i < blocks; i++)
        {
            Stamp(block, i);
            SendAll(block);
        }

        return Send([]).Status;
    }

    /// <summary>Makes every page differ from that of the block before: a store that keeps the same bytes once must not gain.</summary>
    public static void Stamp(Span<byte> block, long number)
    {
        for (var at = 0; at + PageBytes <= block.Length; at += PageBytes) BinaryPrimitives.WriteInt64LittleEndian(block[at..], number);
    }

    /// <summary>Reads an answer of any size without keeping it; returns its length.</summary>
    public long Download(string path)
    {
        _filled = 0;
        SendAll(Request(Server, "GET", path));
        var headEnd = ReadUntil("\r\n\r\n"u8, 0);
        var said = Header(_buffer.AsSpan(0, headEnd), "\r\ncontent-length:"u8);
        if (said.IsEmpty) throw new InvalidOperationException(Encoding.ASCII.GetString(_buffer, 0, headEnd));
        var length = long.Parse(said, CultureInfo.InvariantCulture);
        long got = _filled - headEnd - 4;
        if (_buffer.Length < 1 << 20) _buffer = new byte[1 << 20];
        while (got < length)
        {
            var read = _socket.Receive(_buffer);
            if (read == 0) throw new InvalidOperationException("The server closed the connection within an answer.");
            got += read;
        }

        return length;
    }

    public void Dispose() => _socket.Dispose();

    private static Socket Connect(Uri server)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(server.Host, server.Port);
        return socket;
    }

    private void Reconnect()
    {
        _socket.Dispose();
        _socket = Connect(Server);
    }

    private ReadOnlyMemory<byte> ReadChunks(int start)
    {
        var body = new MemoryStream();
        while (true)
        {
            var lineEnd = ReadUntil("\r\n"u8, start);
            var size = int.Parse(
                Encoding.ASCII.GetString(_buffer, start, lineEnd - start), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            ReadTo(lineEnd + 2 + size + 2);
            if (size == 0) return body.ToArray();
            body.Write(_buffer, lineEnd + 2, size);
            start = lineEnd + 2 + size + 2;
        }
    }

    private void SendAll(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0) bytes = bytes[_socket.Send(bytes)..];
    }

    private int ReadUntil(ReadOnlySpan<byte> mark, int from)
    {
        while (true)
        {
            var found = _buffer.AsSpan(from, Math.Max(0, _filled - from)).IndexOf(mark);
            if (found >= 0) return from + found;
            Read();
        }
    }

    private void ReadTo(int total)
    {
        while (_filled < total) Read();
    }

    private void Read()
    {
        if (_filled == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
        var read = _socket.Receive(_buffer.AsSpan(_filled));
        if (read == 0) throw new InvalidOperationException("The server closed the connection within an answer.");
        _filled += read;
    }

    /// <summary>The value of a header; empty for none.</summary>
    /// <param name="mark">The end of the line before, the name in lower case, and the colon.</param>
    private static ReadOnlySpan<byte> Header(ReadOnlySpan<byte> head, ReadOnlySpan<byte> mark)
    {
        for (var at = head.IndexOf("\r\n"u8); at >= 0 && at + mark.Length <= head.Length;)
        {
            var rest = head[(at + 2)..];
            var end = rest.IndexOf("\r\n"u8);
            if (Ascii.EqualsIgnoreCase(head.Slice(at, mark.Length), mark))
                return (end < 0 ? rest : rest[..end])[(mark.Length - 2)..].Trim((byte)' ');
            if (end < 0) break;
            at += 2 + end;
        }

        return default;
    }
}

internal readonly record struct Answer(int Status, ReadOnlyMemory<byte> Body)
{
    public string Text => Encoding.UTF8.GetString(Body.Span);
}
