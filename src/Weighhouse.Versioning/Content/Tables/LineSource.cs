namespace Weighhouse.Versioning.Content.Tables;

/// <summary>A stream as a window of bytes that is moved on, and grows to the longest row.</summary>
internal sealed class LineSource(Stream stream) : IDisposable
{
    private byte[] _buffer = new byte[256 << 10];
    private long _bufferPosition;
    private int _start, _end;

    public bool HasEnded { get; private set; }

    /// <summary>Where in the file the window begins.</summary>
    public long Position => _bufferPosition + _start;

    /// <summary>The window lies in it from <see cref="Start"/> on; another array after the window has grown.</summary>
    public byte[] Buffer => _buffer;

    public int Start => _start;

    public ReadOnlySpan<byte> Window => _buffer.AsSpan(_start, _end - _start);

    public ReadOnlyMemory<byte> WindowMemory => _buffer.AsMemory(_start, _end - _start);

    public void Take(int count) => _start += count;

    /// <summary>Goes on at another place of the file.</summary>
    public void MoveTo(long position)
    {
        var distance = position - Position;
        if (distance >= 0 && distance <= _end - _start)
        {
            _start += (int)distance;
            return;
        }

        stream.Position = position;
        (_bufferPosition, _start, _end, HasEnded) = (position, 0, 0, false);
    }

    /// <summary>Shows more bytes behind those shown. False when there are none, or the window is as long as it may be.</summary>
    public bool Fill(int bytesMax)
    {
        if (HasEnded || _end - _start >= bytesMax) return false;
        if (_start > 0)
        {
            Window.CopyTo(_buffer);
            _bufferPosition += _start;
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length) Array.Resize(ref _buffer, Math.Min(_buffer.Length * 2, bytesMax + 1));
        // Filled to its end: a row that begins again with every few bytes would be read a thousand times.
        var free = _buffer.AsSpan(_end);
        var count = stream.ReadAtLeast(free, free.Length, throwOnEndOfStream: false);
        _end += count;
        HasEnded = count == 0;
        return count > 0;
    }

    public void SkipByteOrderMark()
    {
        while (Window.Length < 3 && Fill(16))
        {
        }

        if (Window.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) Take(3);
    }

    public void Dispose() => stream.Dispose();
}
