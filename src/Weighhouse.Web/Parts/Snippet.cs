namespace Weighhouse.Web.Parts;

/// <summary>How to do from a program what the page shows.</summary>
/// <param name="Language">"Python", "curl", "CLI": as it is said everywhere.</param>
public sealed record Snippet(string Language, string Text);
