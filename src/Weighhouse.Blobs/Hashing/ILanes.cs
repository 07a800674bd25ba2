namespace Weighhouse.Blobs.Hashing;

/// <summary>
/// What one instruction set offers the hash: a vector with one 32-bit word of each of <see cref="Count"/> independent inputs.
/// <see cref="LaneKernel{TLanes,TVector}"/> is written once over this, so every path computes the same bytes by construction.
/// </summary>
internal unsafe interface ILanes<TVector>
    where TVector : unmanaged
{
    /// <summary>How many inputs are hashed side by side.</summary>
    static abstract int Count { get; }

    static abstract TVector Fill(uint value);

    static abstract TVector Add(TVector left, TVector right);

    static abstract TVector Xor(TVector left, TVector right);

    static abstract TVector RotateRight16(TVector value);

    static abstract TVector RotateRight12(TVector value);

    static abstract TVector RotateRight8(TVector value);

    static abstract TVector RotateRight7(TVector value);

    /// <summary>
    /// Reads one 64-byte block of every input (input i begins at <paramref name="input"/> + i × <paramref name="strideBytes"/>)
    /// and turns rows into columns: <paramref name="words"/>[j] gets word j of every block.
    /// </summary>
    static abstract void LoadBlocks(byte* input, nint strideBytes, TVector* words);
}
