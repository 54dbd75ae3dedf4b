namespace DriverSdk.Kernel.Debugging;

/// <summary>A place in the driver's source, as a number that per-page and per-mapping records can hold without a reference.</summary>
/// <remarks>The default value means "unknown". <see cref="CallSiteTable"/> turns it back into text.</remarks>
/// <param name="Id">Index into the kernel's table, 0 for unknown.</param>
internal readonly record struct CallSite(int Id);
