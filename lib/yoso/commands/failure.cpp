#include "yoso/commands/failure.h"

#include <c10/util/Exception.h>

#include <filesystem>
#include <new>

#include "yoso/util/stop_signal.h"

namespace yoso::commands {
namespace {

constexpr const char* kOutOfMemory =
    "out of memory; try a smaller train.batch_size or train.micro_batch";

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

Failure of_torch(const c10::Error& error) {
  const std::string text = first_line(error.what_without_backtrace());
  const bool memory =
      text.find("alloc") != std::string::npos || text.find("out of memory") != std::string::npos;
  return {memory ? std::string(kOutOfMemory) + " (" + text + ")" : "internal failure: " + text};
}

}  // namespace

Failure describe(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const StoppedError& error) {
    return {error.what(), error.code(), /*stopped=*/true};
  } catch (const Error& error) {
    return {error.what(), error.code()};
  } catch (const std::filesystem::filesystem_error& error) {
    return {error.path1().string() + ": " + error.code().message()};
  } catch (const std::bad_alloc&) {
    return {kOutOfMemory};
  } catch (const c10::Error& error) {
    return of_torch(error);
  } catch (const std::exception& error) {
    return {"internal failure: " + first_line(error.what())};
  } catch (...) {
    return {"internal failure"};
  }
}

}  // namespace yoso::commands
