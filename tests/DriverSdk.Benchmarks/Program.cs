using System.Runtime.CompilerServices;
using BenchmarkDotNet.Running;
using DriverSdk.Benchmarks.Recording;

namespace DriverSdk.Benchmarks;

/// <summary>Without a word of its own the program is BenchmarkDotNet's switcher; README.md in this folder names the other words.</summary>
internal static class Program
{
    public static int Main(string[] arguments) => arguments switch
    {
        ["record"] => Record(Path.Combine(RecordCommand.SourceFolder(), "results")),
        ["record", var folder] => Record(folder),
        [StartFigures.FirstDmaVerb, var image] => FirstDma.Run(image),
        [StartFigures.NothingVerb] => FirstDma.RunNothing(),
        _ => Switch(arguments),
    };

    // Apart from Main, so that a start is measured without loading BenchmarkDotNet.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Record(string folder) => RecordCommand.Run(folder);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Switch(string[] arguments)
    {
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(arguments, ShortConfig.Create());
        return 0;
    }
}
