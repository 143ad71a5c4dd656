// Makes the threads of OpenMP wait with a bounded spin, unless the user has set how they wait.
//
// GNU's OpenMP, which LibTorch brings, lets a thread that waits spin for milliseconds before it
// sleeps. Alone on the machine that is the quickest; beside other work the spinning threads keep
// the cores from those they wait for (measurements: tests/benchmark/spin_bench.py). Its bound is
// read from the environment once, when the library is loaded, before main. So the program starts
// itself again with the bound in its environment: in a function of .preinit_array, which runs before
// any library's constructors (System V ABI, "Initialization and Termination Functions"), so that
// nothing has been set up yet and the second start costs the loading of the libraries alone.
#include <elf.h>
#include <sys/auxv.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>

namespace {

// Iterations, some ten microseconds. Tokens a second of a model of 2 layers of 64, length 64, two threads on 2 cores of an
// Intel Xeon with AVX-512, alone, beside one and two busy loops: 38,400, 13,700 and 21,100; with 300,000, the run time's own
// bound, 39,400, 23,800 and 14,200 (between readings from 300 to 24,000 beside other work); with 30,000, 37,500, 3,700 and
// 2,300; passive, 33,300, 15,000 and 9,600. At length 2,000 and for wider models all are alike. One reading of
// tests/benchmark/spin_bench.py each, on a host that is not quiet: they differ by a fifth from one to the next.
char bound[] = "GOMP_SPINCOUNT=3000";

constexpr const char* kUsersChoice[] = {"GOMP_SPINCOUNT=", "OMP_WAIT_POLICY=", "KMP_BLOCKTIME="};
constexpr size_t kMostVariables = 4096;

// The C library is not set up yet: no allocation, no environment but the one handed over.
void bound_spin(int, char** argv, char** environment) {
  static char* bounded[kMostVariables + 2];
  size_t count = 0;
  for (; environment[count] != nullptr; ++count) {
    for (const char* name : kUsersChoice) {
      if (std::strncmp(environment[count], name, std::strlen(name)) == 0) return;
    }
    if (count == kMostVariables) return;
    bounded[count] = environment[count];
  }
  bounded[count] = bound;
  // The path that the system was given to start this program, or its loader, from.
  const auto* path = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));
  if (path != nullptr) ::execve(path, argv, bounded);
  // Where that fails the threads spin as long as they like, which is slower at worst.
}

}  // namespace

// NOLINTNEXTLINE: the name of the section is the ABI's
__attribute__((section(".preinit_array"),
               used)) void (*const bound_spin_first)(int, char**, char**) = bound_spin;
