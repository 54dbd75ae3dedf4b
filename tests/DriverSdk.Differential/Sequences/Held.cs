namespace DriverSdk.Differential.Sequences;

/// <summary>A value that a place in memory held for a time.</summary>
/// <typeparam name="T">What kind of value.</typeparam>
/// <param name="Value">The value.</param>
/// <param name="Until">The step that replaced it; <see cref="Now"/> while it stands.</param>
internal readonly record struct Held<T>(T Value, int Until)
{
    public const int Now = int.MaxValue;
}
