namespace Weighhouse.Versioning;

/// <summary>What the header of an image says; its pixels are not looked at.</summary>
/// <param name="Format">png, jpeg, gif or webp.</param>
public sealed record ImageFacts(string Format, int Width, int Height);

/// <param name="Old">Null when there was none.</param>
/// <param name="New">Null when there is none.</param>
public sealed record ImageDiff(ImageFacts? Old, ImageFacts? New);
